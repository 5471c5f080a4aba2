/** A promise about the detectors, with what was measured. */
export interface Target {
  /** Such as `T1`. */
  readonly id: string;
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly note?: string;
}

export interface Findings {
  readonly targets: readonly Target[];
  readonly tables: readonly Table[];
}

/** How much an experiment may draw: the full run, or the one that CI waits for. */
export type Size = "full" | "quick";

export const sized = (size: Size, full: number, quick: number): number => (size === "full" ? full : quick);

/** A number with three digits, without zeros at the end. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return "∞";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}

/** A median and a ninth decile, in windows. */
export const shownDelay = ({ median, ninth }: { median: number; ninth: number }): string =>
  Number.isFinite(median) ? `${shown(median)} (${shown(ninth)})` : "∞";

export function markdownTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
