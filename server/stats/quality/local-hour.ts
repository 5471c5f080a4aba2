const HOUR_MS = 3_600_000;
const DAYS: readonly string[] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Reads the hour of the week off the clock on the wall. */
export type LocalHour = (ts: number) => number;

/**
 * Hour of the week on the clock of a time zone, for instants in milliseconds since 1970: Monday 00:00 is 0, Sunday 23:00
 * is 167. Zones with half-hour offsets count the hour that the minute hand is in.
 *
 * People follow the clock, so a season by local hour does not shift when daylight saving begins or ends. On the day of 23
 * hours one hour of the week has no instant; on that of 25 two instants share one. Throws a RangeError on a zone that
 * does not exist. The reader remembers what it answered, by hour: formatting a date costs a microsecond or two.
 *
 * @example localHourOfWeek("America/New_York")(Date.UTC(2013, 6, 1, 13)) // 9
 */
export function localHourOfWeek(zone: string): LocalHour {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  const known = new Map<number, number>();
  // Offsets change on quarter hours at the finest, so what holds at one instant of a quarter holds for all of it.
  const quarterOf = (ts: number): number => Math.floor((ts * 4) / HOUR_MS);
  return (ts) => {
    const quarter = quarterOf(ts);
    const before = known.get(quarter);
    if (before !== undefined) return before;
    const hour = readHour(format, ts);
    known.set(quarter, hour);
    return hour;
  };
}

function readHour(format: Intl.DateTimeFormat, ts: number): number {
  const parts = format.formatToParts(ts);
  const weekday = parts.find(({ type }) => type === "weekday")?.value ?? "";
  const hour = parts.find(({ type }) => type === "hour")?.value ?? "0";
  return Math.max(0, DAYS.indexOf(weekday)) * 24 + Number(hour);
}
