import { percent, plural } from "#components/ui/format.ts";
import { durationText, parseInstant } from "#components/ui/time.ts";
import type { Arrival } from "#server/api/contracts/quality.ts";

/** How long after its own time the newest delivery came. */
export function receivedAfter({
  newest,
  lastReceivedAt,
}: Pick<Arrival, "newest" | "lastReceivedAt">): string {
  const newestMs = parseInstant(newest);
  const receivedMs = parseInstant(lastReceivedAt);
  if (newestMs === null || receivedMs === null) return "";
  return receivedMs >= newestMs
    ? `${durationText(receivedMs - newestMs)} after its own time`
    : "before its own time";
}

/** `11 % likely by chance (9 rows expected)` */
export function silenceChance({
  probability,
  expectedInSilence,
}: Pick<Arrival, "probability" | "expectedInSilence">): string {
  if (probability === null || expectedInSilence === null) return "no history to judge it by";
  const rows = `${plural(Math.round(expectedInSilence), "row")} expected`;
  if (probability < 0.0001) return `not chance: ${rows}`;
  return `${percent(probability)} likely by chance, ${rows}`;
}
