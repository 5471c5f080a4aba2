import type { monitorParsers } from "#components/monitors/monitor-params.ts";
import { modelPath } from "#components/shell/carry.ts";

/** A new monitor that starts from what somebody is looking at. */
export function newMonitorHref(
  model: string,
  start: Partial<Record<keyof typeof monitorParsers, string | null>>,
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(start)) if (value != null) params.set(name, value);
  const query = params.toString();
  return `${modelPath(model, "monitors", "new")}${query ? `?${query}` : ""}`;
}
