import type { MonitorRule } from "#server/api/contract.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const WIDTH_MS: Record<MonitorRule["window"], number> = {
  "5m": 5 * MINUTE_MS,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "1d": DAY_MS,
  "7d": 7 * DAY_MS,
};

/** Where windows start follows from their width alone (`windowStart` of `server/windows/levels.ts`). */
export function windowWidthMs(rule: Pick<MonitorRule, "window">): number {
  return WIDTH_MS[rule.window];
}
