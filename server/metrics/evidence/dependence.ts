import { totalOf } from "#server/stats/drift/shares.ts";
import { OVER_DISPERSION_WINDOWS_MIN, overDispersion } from "#server/stats/sequential/over-dispersion.ts";

/** Standard errors by which windows must scatter more than independent rows would, before rows count for less. */
const SURE = 2;

/**
 * How alike rows of one window are (intraclass correlation, in [0, 1]), from counts by cell of many windows; 0 where
 * they scatter no more than luck makes them. Null with too few windows to tell.
 */
export function likeness(windows: ReadonlyArray<ArrayLike<number>>): number | null {
  const filled = windows.filter((counts) => totalOf(counts) > 1);
  if (filled.length < OVER_DISPERSION_WINDOWS_MIN) return null;
  const scatter = overDispersion(filled);
  if (scatter === null) return 0;
  const rows = filled.reduce((sum, counts) => sum + totalOf(counts), 0) / filled.length;
  const luck = SURE * Math.sqrt(2 / ((filled.length - 1) * degreesOf(filled)));
  return scatter <= 1 + luck ? 0 : Math.min(1, (scatter - 1) / (rows - 1));
}

function degreesOf(windows: ReadonlyArray<ArrayLike<number>>): number {
  const [first] = windows;
  const cells = Array.from({ length: first?.length ?? 0 }, (_, cell) => cell);
  const occupied = cells.filter((cell) => windows.some((counts) => (counts[cell] ?? 0) > 0));
  return Math.max(1, occupied.length - 1);
}

/** Rows that count as one in a window of so many: 1 + (n − 1) ρ. */
export function rowsPerRow(rows: number, alike: number): number {
  return 1 + Math.max(0, rows - 1) * alike;
}
