/** One measured figure, as a row of bench/README.md. */
export interface BenchResult {
  /** The letter of the figure, such as `a`. */
  readonly figure: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What must hold, in words and as a check; null where nothing was promised. */
  readonly target: { readonly text: string; readonly met: boolean } | null;
  readonly how: string;
}

export const atLeast = (value: number, limit: number, unit = "") => ({
  text: `≥ ${limit}${unit}`,
  met: value >= limit,
});
export const atMost = (value: number, limit: number, unit = "") => ({
  text: `≤ ${limit}${unit}`,
  met: value <= limit,
});

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
