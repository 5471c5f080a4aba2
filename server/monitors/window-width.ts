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

/** Windows are aligned to 1970-01-01T00:00Z, so a width alone says where every window starts. */
export function windowWidthMs(rule: Pick<MonitorRule, "window">): number {
  return WIDTH_MS[rule.window];
}
