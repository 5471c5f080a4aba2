import type { MonitorRule } from "#server/api/contract.ts";
import type { ModelFacts } from "#server/monitors/evaluation-source.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";
import { windowStart } from "#server/windows/levels.ts";

/** Rows may be this late by the clock before a window is judged without them. */
const CLOCK_GRACE_MS = 2 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Windows whose end lies this far back are history: what they show was not seen as it happened. */
export function freshnessMs(rule: Pick<MonitorRule, "window">): number {
  return Math.max(2 * windowWidthMs(rule), HOUR_MS);
}

/**
 * Windows are judged up to this instant. The model's own clock, its watermark, seals; the wall clock seals only for a
 * model whose rows have ever arrived fresh: to an imported history, the years since its end are not silence.
 */
export function sealedUntil(
  rule: Pick<MonitorRule, "window">,
  facts: ModelFacts,
  isLiving: boolean,
  now: number,
): number {
  const widthMs = windowWidthMs(rule);
  const byData = windowStart(facts.watermark, widthMs);
  return isLiving ? Math.max(byData, windowStart(now - CLOCK_GRACE_MS, widthMs)) : byData;
}

/** The slot (end) of the window that an instant lies in. */
export function slotOf(ts: number, widthMs: number): number {
  return windowStart(ts, widthMs) + widthMs;
}

/** The data reaches the present, as far as windows of this width can tell. */
export function isCaughtUp(rule: Pick<MonitorRule, "window">, facts: ModelFacts, now: number): boolean {
  return facts.watermark >= now - freshnessMs(rule);
}

/** Rows arrived while they were fresh; a nightly batch of yesterday's predictions is still of the present. */
export function arrivedFresh(facts: ModelFacts): boolean {
  return facts.lastReceivedAt - facts.watermark <= DAY_MS;
}
