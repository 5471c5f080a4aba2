import { clockParts, DAY_MS, HOUR_MS, midnightMs } from "#components/ui/time.ts";

export interface SilenceChoice {
  readonly id: string;
  readonly label: string;
  readonly until: number;
}

const MORNING_HOUR = 9;

/** No silence without an end: a few ends that people mean, in the zone they read. */
export function silenceChoices(nowMs: number, zone: string): SilenceChoice[] {
  const { year, month, day, hour } = clockParts(nowMs, zone);
  const midnight = midnightMs(year, month, day, zone);
  const thisMorning = midnight + MORNING_HOUR * HOUR_MS;
  const morning = hour < MORNING_HOUR ? thisMorning : thisMorning + DAY_MS;
  const word = hour < MORNING_HOUR ? "until 09:00 today" : "until 09:00 tomorrow";
  return [
    { id: "1h", label: "for 1 hour", until: nowMs + HOUR_MS },
    { id: "4h", label: "for 4 hours", until: nowMs + 4 * HOUR_MS },
    { id: "morning", label: word, until: morning },
    { id: "7d", label: "for 7 days", until: nowMs + 7 * DAY_MS },
  ];
}

export const SILENCE_MAX_MS = 90 * DAY_MS;

/** What is wrong with an end that somebody typed; null when it will do. */
export function silenceProblem(untilMs: number | null, nowMs: number): string | null {
  if (untilMs === null) return "Give a date and a time.";
  if (untilMs <= nowMs) return "The end must lie ahead.";
  return untilMs - nowMs > SILENCE_MAX_MS ? "A silence lasts at most 90 days." : null;
}
