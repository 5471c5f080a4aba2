import type { MetaDatabase } from "#db/open-meta.ts";
import {
  countAlertsSince,
  type ProgressRow,
  readMonitorChannels,
  readProgressOf,
  type StoredMonitor,
} from "#db/queries/monitors.ts";
import type { BacktestSlot, MetricPoint, Monitor, MonitorRule } from "#server/api/contract.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

const NINETY_DAYS_MS = 90 * 24 * 3_600_000;

/** Monitors as people and services see them: rule, routes, and where each stands. */
export function viewMonitors(db: MetaDatabase, now: number, stored: readonly StoredMonitor[]): Monitor[] {
  const ids = stored.map((monitor) => monitor.id);
  const channels = readMonitorChannels(db, ids);
  const progress = readProgressOf(db, ids);
  const fired = countAlertsSince(db, ids, now - NINETY_DAYS_MS);
  return stored.map((monitor) => ({
    ...monitor.rule,
    decide: monitor.rule.decide ?? "window",
    id: monitor.id,
    model: monitor.model,
    name: monitor.name,
    severity: monitor.severity,
    channels: channels.get(monitor.id) ?? [],
    enabled: monitor.enabled,
    runbook: monitor.runbook,
    ruleVersion: monitor.ruleVersion,
    ...standing(monitor, progress.get(monitor.id) ?? null),
    fired90d: fired.get(monitor.id) ?? 0,
    createdAt: formatInstant(monitor.createdAt),
    updatedAt: formatInstant(monitor.updatedAt),
  }));
}

function standing(monitor: StoredMonitor, progress: ProgressRow | null) {
  const current = progress?.ruleVersion === monitor.ruleVersion ? progress : null;
  const state: Monitor["state"] = stateOf(monitor, current);
  const last = current?.last ?? null;
  return {
    state,
    stateSince: formatInstantOrNull(state === current?.state ? current.stateSince : monitor.updatedAt),
    last: last === null ? null : pointOf(last, monitor.rule),
    ...(monitor.rule.decide === "evidence" ? { evidence: last?.evidence ?? null } : {}),
    lastEvaluatedAt: formatInstantOrNull(current?.evaluatedAt ?? null),
  };
}

function stateOf(monitor: StoredMonitor, progress: ProgressRow | null): Monitor["state"] {
  if (!monitor.enabled) return "paused";
  if (progress === null) return "learning";
  return progress.failures > 0 ? "error" : progress.state;
}

/** A judged window in the shape of a metric's point. */
export function pointOf(slot: BacktestSlot, rule: MonitorRule): MetricPoint {
  const end = Date.parse(slot.at);
  return {
    from: formatInstant(end - windowWidthMs(rule)),
    to: formatInstant(end),
    metric: rule.metric,
    version: slot.version,
    feature: rule.feature,
    segment: rule.segment,
    value: slot.value,
    ci: intervalOf(slot),
    nRef: null,
    nCur: slot.n,
    status: slot.status,
    revision: 0,
    refId: null,
    method: `${rule.metric}/v1`,
  };
}

/** The level of every interval that monitors judge by. */
const INTERVAL_LEVEL = 0.95;

export function intervalOf(slot: Pick<BacktestSlot, "lo" | "hi"> | null): MetricPoint["ci"] {
  if (slot === null || slot.lo === null || slot.hi === null) return null;
  return { lo: slot.lo, hi: slot.hi, level: INTERVAL_LEVEL, method: "" };
}
