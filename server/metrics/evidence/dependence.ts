import { totalOf } from "#server/stats/drift/shares.ts";
import { OVER_DISPERSION_WINDOWS_MIN, overDispersion } from "#server/stats/sequential/over-dispersion.ts";

/** How far rows are from independent: within a window, and from one window to the next. */
export interface Dependence {
  /** Intraclass correlation of rows of one window, in [0, 1]. */
  readonly alike: number;
  /** Windows that say as much as one: (1 + r) ÷ (1 − r) for neighbours that correlate by r. At least 1. */
  readonly persistence: number;
}

export const INDEPENDENT: Dependence = { alike: 0, persistence: 1 };

/** Standard errors by which windows must differ from what luck makes of independent rows. */
const SURE = 2;
const PERSISTENCE_MAX = 10;

/** Told from counts by cell of successive windows; null with too few of them. */
export function dependenceOf(windows: ReadonlyArray<ArrayLike<number>>): Dependence | null {
  const filled = windows.filter((counts) => totalOf(counts) > 1);
  if (filled.length < OVER_DISPERSION_WINDOWS_MIN) return null;
  const scatter = overDispersion(filled);
  if (scatter === null) return INDEPENDENT;
  const rows = filled.reduce((sum, counts) => sum + totalOf(counts), 0) / filled.length;
  const luck = SURE * Math.sqrt(2 / ((filled.length - 1) * degreesOf(filled)));
  if (scatter <= 1 + luck) return INDEPENDENT;
  return { alike: Math.min(1, (scatter - 1) / (rows - 1)), persistence: persistenceOf(filled) };
}

function degreesOf(windows: ReadonlyArray<ArrayLike<number>>): number {
  const [first] = windows;
  const cells = Array.from({ length: first?.length ?? 0 }, (_, cell) => cell);
  const occupied = cells.filter((cell) => windows.some((counts) => (counts[cell] ?? 0) > 0));
  return Math.max(1, occupied.length - 1);
}

/** Of neighbours as an autoregressive series of order one; weather and moods last longer than a day. */
function persistenceOf(windows: ReadonlyArray<ArrayLike<number>>): number {
  const cells = windows[0]?.length ?? 0;
  const shares = windows.map((counts) => {
    const rows = totalOf(counts);
    return Float64Array.from({ length: cells }, (_, cell) => (counts[cell] ?? 0) / rows);
  });
  let together = 0;
  let alone = 0;
  for (let cell = 0; cell < cells; cell++) {
    const mean = shares.reduce((sum, share) => sum + (share[cell] ?? 0), 0) / shares.length;
    for (const [window, share] of shares.entries()) {
      const gap = (share[cell] ?? 0) - mean;
      alone += gap * gap;
      if (window > 0) together += gap * ((shares[window - 1]?.[cell] ?? 0) - mean);
    }
  }
  const correlation = alone > 0 ? together / alone : 0;
  if (correlation <= SURE / Math.sqrt(windows.length * Math.max(1, cells - 1))) return 1;
  return Math.min(PERSISTENCE_MAX, (1 + correlation) / (1 - correlation));
}

/** Rows that count as one in a window of so many. */
export function rowsPerRow(rows: number, { alike, persistence }: Dependence): number {
  return (1 + Math.max(0, rows - 1) * alike) * persistence;
}
