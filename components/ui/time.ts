/** Every instant on a page goes through here. A zone is `UTC` or an IANA name; it is always printed beside the range. */

const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  formats.set(key, made);
  return made;
}

export interface ClockParts {
  year: number;
  /** 1–12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 Sunday … 6 Saturday */
  weekday: number;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What a clock on the wall of that zone shows. */
export function clockParts(instantMs: number, zone: string): ClockParts {
  const shifted = new Date(instantMs + offsetMs(instantMs, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  };
}

/** How far the zone's clock is ahead of UTC at that instant. */
export function offsetMs(instantMs: number, zone: string): number {
  if (zone === "UTC") return 0;
  const name = format(zone, { timeZoneName: "longOffset" })
    .formatToParts(instantMs)
    .find((part) => part.type === "timeZoneName")?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name ?? "");
  if (!match) return 0;
  const [, sign, hours, minutes, seconds] = match;
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds ?? 0) * SECOND_MS;
  return sign === "-" ? -size : size;
}

/** The instant at which that zone's clock shows midnight of the day (first such instant when clocks go back). */
export function midnightMs(year: number, month: number, day: number, zone: string): number {
  const asUtc = Date.UTC(year, month - 1, day);
  const guess = asUtc - offsetMs(asUtc, zone);
  return asUtc - offsetMs(guess, zone);
}

const two = (value: number) => String(value).padStart(2, "0");
const monthName = (month: number) => MONTHS[month - 1] ?? "";

/** 16 Sep */
export function dayText(instantMs: number, zone: string): string {
  const { day, month } = clockParts(instantMs, zone);
  return `${day} ${monthName(month)}`;
}
/** 16 Sep 2013 */
export function dateText(instantMs: number, zone: string): string {
  return `${dayText(instantMs, zone)} ${clockParts(instantMs, zone).year}`;
}
/** Mon 16 Sep */
function weekdayText(instantMs: number, zone: string): string {
  return `${WEEKDAYS[clockParts(instantMs, zone).weekday]} ${dayText(instantMs, zone)}`;
}
/** 06:02 */
export function clockText(instantMs: number, zone: string): string {
  const { hour, minute } = clockParts(instantMs, zone);
  return `${two(hour)}:${two(minute)}`;
}
/** 16 Sep 06:02, with the year when it is not `now`'s. */
export function instantText(instantMs: number, zone: string, nowMs?: number): string {
  const far = nowMs !== undefined && clockParts(instantMs, zone).year !== clockParts(nowMs, zone).year;
  return `${far ? dateText(instantMs, zone) : dayText(instantMs, zone)} ${clockText(instantMs, zone)}`;
}
/** Sep, or 2014 in January. */
export function monthText(instantMs: number, zone: string): string {
  const { month, year } = clockParts(instantMs, zone);
  return month === 1 ? String(year) : monthName(month);
}

/** 40 s, 12 min, 3 h 20 min, 2 d 4 h, 21 d */
export function durationText(spanMs: number): string {
  const seconds = Math.max(0, Math.round(spanMs / SECOND_MS));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${two(minutes % 60)} min`;
  const days = Math.floor(hours / 24);
  return days < 7 && hours % 24 > 0 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** Clocks of browser and server differ, and ages are renewed only now and then. */
const CLOCK_SLACK_MS = 20 * SECOND_MS;

/** `4 min ago` within a day, else the date. */
export function agoText(instantMs: number, nowMs: number, zone: string): string {
  const age = nowMs - instantMs;
  if (Math.abs(age) < CLOCK_SLACK_MS) return "now";
  if (age >= 0 && age < DAY_MS) return `${durationText(age)} ago`;
  return clockParts(instantMs, zone).year === clockParts(nowMs, zone).year
    ? dayText(instantMs, zone)
    : dateText(instantMs, zone);
}

/** `since 06:02` today, `since Mon 12:00` within a week, else `since 16 Sep`. */
export function sinceText(instantMs: number, nowMs: number, zone: string): string {
  if (dateText(instantMs, zone) === dateText(nowMs, zone)) return `since ${clockText(instantMs, zone)}`;
  if (nowMs - instantMs < 6 * DAY_MS)
    return `since ${WEEKDAYS[clockParts(instantMs, zone).weekday]} ${clockText(instantMs, zone)}`;
  const sameYear = clockParts(instantMs, zone).year === clockParts(nowMs, zone).year;
  return `since ${sameYear ? dayText(instantMs, zone) : dateText(instantMs, zone)}`;
}

/** What a window is called: `week of 16 Sep`, `16 Sep`, `16 Sep 06:00–12:00`. */
export function windowText(fromMs: number, toMs: number, zone: string): string {
  const span = toMs - fromMs;
  const startsAtMidnight = clockText(fromMs, zone) === "00:00";
  if (span === DAY_MS && startsAtMidnight) return weekdayText(fromMs, zone);
  if (span === WEEK_MS && startsAtMidnight) return `week of ${dayText(fromMs, zone)}`;
  if (span < DAY_MS) return `${dayText(fromMs, zone)} ${clockText(fromMs, zone)}–${clockText(toMs, zone)}`;
  if (startsAtMidnight) return `${dayText(fromMs, zone)} – ${dayText(toMs - 1, zone)}`;
  return `${instantText(fromMs, zone)} – ${instantText(toMs, zone)}`;
}

/** 25 Mar – 23 Sep, with years where they differ or are not `now`'s. */
export function rangeText(fromMs: number, toMs: number, zone: string, nowMs: number): string {
  const last = toMs - 1;
  if (toMs - fromMs <= DAY_MS)
    return `${instantText(fromMs, zone, nowMs)} – ${instantText(toMs, zone, nowMs)}`;
  const year = clockParts(nowMs, zone).year;
  const inYear = clockParts(fromMs, zone).year === year && clockParts(last, zone).year === year;
  if (inYear) return `${dayText(fromMs, zone)} – ${dayText(last, zone)}`;
  const oneYear = clockParts(fromMs, zone).year === clockParts(last, zone).year;
  return `${oneYear ? dayText(fromMs, zone) : dateText(fromMs, zone)} – ${dateText(last, zone)}`;
}

/** `UTC`, `New York time, UTC−4` */
export function zoneText(zone: string, instantMs: number): string {
  if (zone === "UTC") return "UTC";
  const offset = offsetMs(instantMs, zone);
  const sign = offset < 0 ? "−" : "+";
  const minutes = Math.abs(offset) / MINUTE_MS;
  const part = minutes % 60 === 0 ? "" : `:${two(minutes % 60)}`;
  const city = (zone.split("/").pop() ?? zone).replaceAll("_", " ");
  return `${city} time, UTC${sign}${Math.floor(minutes / 60)}${part}`;
}

/** Null for anything that is no instant. */
export function parseInstant(text: string | null | undefined): number | null {
  if (!text) return null;
  const value = Date.parse(text);
  return Number.isNaN(value) ? null : value;
}
