const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Widths that windows are kept at: the model's own, and hours and days (UTC) where those are whole numbers of it. */
export function windowLevels(windowMs: number): readonly number[] {
  return [windowMs, ...[HOUR_MS, DAY_MS].filter((level) => level > windowMs && level % windowMs === 0)];
}

/** Start of the window that a time falls in. */
export function windowStart(ts: number, levelMs: number): number {
  return Math.floor(ts / levelMs) * levelMs;
}
