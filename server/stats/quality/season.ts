import type { LocalHour } from "./local-hour.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const FIRST_DAY_HOUR = 7;
const LAST_DAY_HOUR = 21;
const HALVES = { night: 0, day: 1 } as const;

/**
 * How finely a history may be cut: nothing is claimed of the season in the first week; then day and night are told
 * apart, and from four weeks on every hour of the week (of longer windows: every day of the week).
 */
export type SeasonKind = "none" | "day-night" | "hour-of-week" | "day-of-week" | "all-alike";

/** A cut of time into slots that are like one another. */
export interface Season {
  readonly kind: SeasonKind;
  /** Slot of a window, by its start. */
  slotOf(start: number): number;
}

/**
 * The season that a history of this length can tell, for windows of this width.
 *
 * Below one week: `none`. From one to four weeks: `day-night` (day is 07:00 to 21:00 on the local clock), and `none` for
 * windows of a day, since Saturdays are not Tuesdays. From four weeks: `hour-of-week` for windows of an hour or less, `day-of-week` up to a day, and
 * `all-alike` beyond. Both lengths in milliseconds.
 *
 * @example seasonFor(30 * 86400000, 3600000, localHourOfWeek("UTC")).kind // "hour-of-week"
 */
export function seasonFor(historyMs: number, widthMs: number, localHour: LocalHour): Season {
  const kind = kindFor(historyMs, widthMs);
  return { kind, slotOf: (start) => slotFor(kind, localHour(start)) };
}

function kindFor(historyMs: number, widthMs: number): SeasonKind {
  if (historyMs < WEEK_MS) return "none";
  if (widthMs > DAY_MS) return historyMs < 4 * WEEK_MS ? "none" : "all-alike";
  if (historyMs < 4 * WEEK_MS) return widthMs > 6 * HOUR_MS ? "none" : "day-night";
  return widthMs > 6 * HOUR_MS ? "day-of-week" : "hour-of-week";
}

function slotFor(kind: SeasonKind, hourOfWeek: number): number {
  if (kind === "hour-of-week") return hourOfWeek;
  if (kind === "day-of-week") return Math.floor(hourOfWeek / 24);
  if (kind !== "day-night") return 0;
  const hour = hourOfWeek % 24;
  return hour >= FIRST_DAY_HOUR && hour < LAST_DAY_HOUR ? HALVES.day : HALVES.night;
}
