const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** 5 January 1970, from which all windows are counted: so days start at midnight UTC and weeks on Mondays. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Widths that windows are kept at: the model's own, and hours and days (UTC) where those are whole numbers of it. */
export function windowLevels(windowMs: number): readonly number[] {
  return [windowMs, ...[HOUR_MS, DAY_MS].filter((level) => level > windowMs && level % windowMs === 0)];
}

/** Start of the window that a time falls in. */
export function windowStart(ts: number, levelMs: number): number {
  return Math.floor((ts - FIRST_MONDAY_MS) / levelMs) * levelMs + FIRST_MONDAY_MS;
}

/** The first window start at or after a time. */
export function windowStartAfter(ts: number, levelMs: number): number {
  return Math.ceil((ts - FIRST_MONDAY_MS) / levelMs) * levelMs + FIRST_MONDAY_MS;
}
