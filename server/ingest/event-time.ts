const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const EARLIEST_MS = 946_684_800_000;
const FUTURE_AS_IS_MS = 10 * MINUTE_MS;
const FUTURE_CLAMPED_MS = DAY_MS;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** RFC 3339 with a zone → milliseconds since 1970 (fractions kept); NaN for anything else. Second 60 is the next minute's first. */
export function parseRfc3339(text: string): number {
  if (text.length < 20 || text.length > 40) return Number.NaN;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  const separator = text.charCodeAt(10) | 32;
  const punctuated =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (separator === 116 || separator === 32) &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58;
  if (!punctuated || !(hour <= 23 && minute <= 59 && second <= 60 && isDay(year, month, day)))
    return Number.NaN;
  const clock = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  return daysSince1970(year, month, day) * DAY_MS + clock + fractionAndZone(text);
}

/** Two digits as a number; NaN when they are not digits. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function isDay(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1) || Number.isNaN(year)) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day <= (MONTH_DAYS[month - 1] ?? 0) + leap;
}

function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

/** Milliseconds that `.123+02:00` adds to the civil time before it; NaN when there is no zone. */
function fractionAndZone(text: string): number {
  let at = 19;
  let fractionMs = 0;
  if (text.charCodeAt(at) === 46) {
    const start = ++at;
    for (let unit = 100; isDigit(text.charCodeAt(at)); unit /= 10)
      fractionMs += (text.charCodeAt(at++) - 48) * unit;
    if (at === start) return Number.NaN;
    // Decimal digits add up with rounding noise; a parse of the digits as one number does not.
    if (at - start > 3) fractionMs = Number(`0.${text.slice(start, at)}`) * SECOND_MS;
  }
  return fractionMs - zoneMs(text, at);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function zoneMs(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return at + 1 === text.length ? 0 : Number.NaN;
  if (sign !== 43 && sign !== 45) return Number.NaN;
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
  if (text.length !== at + 5 + colon) return Number.NaN;
  const hours = pair(text, at + 1);
  const minutes = pair(text, at + 3 + colon);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === 45 ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/** An epoch number in s, ms, µs or ns, told apart by magnitude → milliseconds. */
export function epochToMs(epoch: number): number {
  const size = Math.abs(epoch);
  if (size < 1e11) return epoch * SECOND_MS;
  if (size < 1e14) return epoch;
  return size < 1e17 ? epoch / 1e3 : epoch / 1e6;
}

export type TimeVerdict = "as-is" | "clamped" | "out-of-range";

/** What becomes of an event time, seen from the instant at which it was received. */
export function judgeTime(ts: number, receivedAt: number, retentionDays: number): TimeVerdict {
  const ahead = ts - receivedAt;
  if (ahead > FUTURE_CLAMPED_MS || ts < EARLIEST_MS || -ahead > retentionDays * DAY_MS) return "out-of-range";
  return ahead > FUTURE_AS_IS_MS ? "clamped" : "as-is";
}

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;

export function lacksZone(text: string): boolean {
  return WITHOUT_ZONE.test(text);
}
