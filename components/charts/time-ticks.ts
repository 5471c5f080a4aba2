import {
  clockParts,
  clockText,
  DAY_MS,
  dayText,
  HOUR_MS,
  MINUTE_MS,
  midnightMs,
  monthText,
} from "#components/ui/time.ts";

export interface TimeTick {
  at: number;
  label: string;
}

const LABEL_PX = 64;
const HOUR_STEPS_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12];

/** Ticks where people would put them in that zone: hours, midnights, Mondays, first days of months. */
export function timeTicks(fromMs: number, toMs: number, widthPx: number, zone: string): TimeTick[] {
  const most = Math.max(2, Math.floor(widthPx / LABEL_PX));
  const spanMs = toMs - fromMs;
  const hourStep = HOUR_STEPS_MS.find((step) => spanMs / step <= most);
  if (hourStep !== undefined) return hourTicks(fromMs, toMs, hourStep, zone);
  const dayStep = DAY_STEPS.find((step) => spanMs / (step * DAY_MS) <= most);
  if (dayStep !== undefined && spanMs <= 60 * DAY_MS) return dayTicks(fromMs, toMs, dayStep, zone);
  const monthStep = MONTH_STEPS.find((step) => spanMs / (step * 30 * DAY_MS) <= most) ?? 12;
  return monthTicks(fromMs, toMs, monthStep, zone);
}

/** Midnight shows the date, so that the first tick of a day says which day it is. */
function hourTicks(fromMs: number, toMs: number, stepMs: number, zone: string): TimeTick[] {
  const start = clockParts(fromMs, zone);
  const ticks: TimeTick[] = [];
  const seen = new Set<string>();
  for (let day = 0; day < 8; day++) {
    const midnight = midnightMs(start.year, start.month, start.day + day, zone);
    const nextMidnight = midnightMs(start.year, start.month, start.day + day + 1, zone);
    for (let at = midnight; at < nextMidnight; at += stepMs) {
      if (at < fromMs || at > toMs) continue;
      const label = at === midnight ? dayText(at, zone) : clockText(at, zone);
      const key = `${day} ${label}`;
      if (seen.has(key)) continue;
      seen.add(key);
      ticks.push({ at, label });
    }
    if (nextMidnight > toMs) break;
  }
  return ticks;
}

function dayTicks(fromMs: number, toMs: number, step: number, zone: string): TimeTick[] {
  const start = clockParts(fromMs, zone);
  const ticks: TimeTick[] = [];
  for (let offset = 0; offset < 400; offset++) {
    const at = midnightMs(start.year, start.month, start.day + offset, zone);
    if (at > toMs) break;
    if (at < fromMs || !isStep(at, step, zone)) continue;
    ticks.push({ at, label: dayText(at, zone) });
  }
  return ticks;
}

/** Weeks start on Monday; every other day and week is counted from one fixed Monday, so that ticks stand still. */
function isStep(midnight: number, step: number, zone: string): boolean {
  const { year, month, day } = clockParts(midnight, zone);
  const days = Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
  return (days - 4) % step === 0;
}

function monthTicks(fromMs: number, toMs: number, step: number, zone: string): TimeTick[] {
  const start = clockParts(fromMs, zone);
  const ticks: TimeTick[] = [];
  for (let offset = 0; offset < 1200; offset++) {
    const index = start.year * 12 + start.month - 1 + offset;
    if (index % step !== 0) continue;
    const at = midnightMs(Math.floor(index / 12), (index % 12) + 1, 1, zone);
    if (at > toMs) break;
    if (at >= fromMs) ticks.push({ at, label: monthText(at, zone) });
  }
  return ticks;
}
