import type { LiveChange } from "#server/api/contract.ts";

const PATHS_BY_KIND: Record<LiveChange["kind"], readonly string[]> = {
  windows: [
    "metrics.query",
    "drift.distribution",
    "performance.curves",
    "performance.segments",
    "fairness.get",
    "segments.table",
    "segments.change",
    "segments.worst",
    "quality.get",
    "predictions.search",
    "fleet.get",
    "models.get",
    "models.list",
  ],
  alerts: [
    "monitors.evidence",
    "monitors.budget",
    "alerts.list",
    "alerts.get",
    "fleet.get",
    "models.list",
    "monitors.list",
  ],
  monitors: [
    "monitors.evidence",
    "monitors.budget",
    "monitors.recommended",
    "monitors.list",
    "monitors.get",
    "fleet.get",
    "alerts.list",
  ],
  models: ["models.get", "models.list", "fleet.get"],
  events: ["models.events"],
  channels: ["channels.list", "channels.deliveries"],
  hello: [],
};

const PATHS_OF_ALL_MODELS = new Set(["fleet.get", "models.list", "alerts.list", "monitors.list"]);

/** Whether the answer kept under `[path, input]` may differ after `change`. */
export function isTouchedBy(change: LiveChange, queryKey: readonly unknown[]): boolean {
  const [path, input] = queryKey;
  if (typeof path !== "string" || !PATHS_BY_KIND[change.kind].includes(path)) return false;
  if (!("model" in change)) return true;
  const asked = modelOf(input);
  return asked === change.model || (asked === null && PATHS_OF_ALL_MODELS.has(path)) || path === "alerts.get";
}

function modelOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("model" in input)) return null;
  return typeof input.model === "string" ? input.model : null;
}
