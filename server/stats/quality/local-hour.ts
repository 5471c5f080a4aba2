const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MINUTES = 7 * 24 * 60;
/** 5 January 1970 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const DAYS: readonly string[] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Reads the hour of the week off the clock on the wall. */
export type LocalHour = (ts: number) => number;

/**
 * Hour of the week on the clock of a time zone, for instants in milliseconds since 1970: Monday 00:00 is 0, Sunday 23:00
 * is 167. Zones with half-hour offsets count the hour that the minute hand is in.
 *
 * People follow the clock, so a season by local hour does not shift when daylight saving begins or ends. On the day of 23
 * hours one hour of the week has no instant; on that of 25 two instants share one. Throws a RangeError on a zone that
 * does not exist. The reader remembers the offsets it asked for, two a day, and asks more only where they differ.
 *
 * @example localHourOfWeek("America/New_York")(Date.UTC(2013, 6, 1, 13)) // 9
 */
export function localHourOfWeek(zone: string): LocalHour {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const offsets = new Map<number, number>();
  const offsetAt = (ts: number): number => {
    const known = offsets.get(ts);
    if (known !== undefined) return known;
    const offset = minuteOfWeek(format, ts) - utcMinuteOfWeek(ts);
    offsets.set(ts, offset);
    return offset;
  };
  return (ts) => {
    const day = Math.floor(ts / DAY_MS) * DAY_MS;
    const early = offsetAt(day);
    const isSteady = sameClock(early, offsetAt(day + DAY_MS));
    const offset = isSteady ? early : minuteOfWeek(format, ts) - utcMinuteOfWeek(ts);
    return Math.floor(modulo(utcMinuteOfWeek(ts) + offset, WEEK_MINUTES) / 60);
  };
}

/** Offsets are known but for whole weeks, since only the place in the week is read. */
function sameClock(a: number, b: number): boolean {
  return modulo(a - b, WEEK_MINUTES) === 0;
}

function utcMinuteOfWeek(ts: number): number {
  return modulo(Math.floor((ts - FIRST_MONDAY_MS) / MINUTE_MS), WEEK_MINUTES);
}

function minuteOfWeek(format: Intl.DateTimeFormat, ts: number): number {
  const parts = format.formatToParts(ts);
  const read = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((part) => part.type === type)?.value ?? "0";
  return (
    (Math.max(0, DAYS.indexOf(read("weekday"))) * 24 + Number(read("hour"))) * 60 + Number(read("minute"))
  );
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
