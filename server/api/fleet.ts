import type { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import { readAlerts } from "#db/queries/alerts.ts";
import { readMonitors } from "#db/queries/monitors.ts";
import type { FleetAnswer, FleetRow, MetricPoint } from "#server/api/contract.ts";
import { type Cell, cellsOf, type StripAlert, stateNow, stripOf, worstDrift } from "#server/api/fleet-row.ts";
import type { FleetInput } from "#server/api/inputs.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { formatInstant, formatInstantOrNull, parseInstant } from "#server/kernel/instant.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { findMetric } from "#server/metrics/registry.ts";
import type { ModelCatalog } from "#server/models/model-catalog.ts";
import type { ModelSchema, Task } from "#server/models/schema.ts";
import { viewMonitors } from "#server/monitors/monitor-view.ts";
import type { EventReader, ModelCounts } from "#server/store/event-store.ts";
import { DAY_MS, windowLevels, windowStart } from "#server/windows/levels.ts";

export interface FleetParts {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly catalog: ModelCatalog;
  readonly reader: EventReader;
  readonly source: MetricsSource;
}

const RANGE_DAYS = 7;
const CELLS = 28;
const ALERTS_MAX = 500;
const DRIFT_METRIC = "psi@10";
/** The one number that says how well a model of this task does. */
const PERFORMANCE_METRIC: Readonly<Record<Task, string | null>> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: "ndcg@10",
};

export function queryFleet(parts: FleetParts, input: z.infer<typeof FleetInput>): FleetAnswer {
  const now = parts.clock.now();
  const countsOf = new Map(
    parts.catalog.list().map(({ schema }) => [schema.modelId, parts.reader.counts(schema.modelId)] as const),
  );
  const range = rangeOf(input, [...countsOf.values()].flat(), now);
  const rows = parts.catalog
    .list()
    .map(({ schema, name }) =>
      fleetRow(parts, { schema, name }, countsOf.get(schema.modelId) ?? [], range, now),
    );
  return { rows, checkedAt: formatInstant(now) };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/** The last week of the data: up to now while it is live, else up to the latest event. */
function rangeOf(input: z.infer<typeof FleetInput>, counts: readonly ModelCounts[], now: number): Range {
  const latest = Math.max(0, ...counts.flatMap(({ lastTs }) => (lastTs === null ? [] : [lastTs])));
  const isLive = latest === 0 || now - latest < RANGE_DAYS * DAY_MS;
  const to = input.to === undefined ? (isLive ? now : latest + 1) : parseInstant(input.to, "to");
  const from = input.from === undefined ? to - RANGE_DAYS * DAY_MS : parseInstant(input.from, "from");
  return { from, to, cells: input.cells ?? CELLS };
}

function fleetRow(
  parts: FleetParts,
  { schema, name }: { schema: ModelSchema; name: string },
  counts: readonly ModelCounts[],
  range: Range,
  now: number,
): FleetRow {
  const cells = countCells(parts.reader, schema, range);
  const { alerts, openAlerts } = alertsOf(parts, schema, now);
  const lastTs = latest(counts.map((count) => count.lastTs));
  const reference = parts.source
    .versions(schema.modelId)
    .some((version) => parts.source.reference(schema.modelId, version) !== null);
  const { state, since } = stateNow({
    alerts,
    hasRows: lastTs !== null,
    hasReference: reference,
    monitors: monitorStates(parts, schema, now),
  });
  return {
    model: schema.slug,
    name,
    task: schema.task,
    state,
    since: formatInstantOrNull(since),
    liveVersion: liveVersion(parts.catalog, schema.modelId),
    strip: stripOf(cells, alerts),
    performance: measureRange(parts.source, schema, PERFORMANCE_METRIC[schema.task], range),
    worstDrift: driftOf(parts.source, schema, range),
    volume: {
      points: cells.map(({ from, predictions }) => ({ from: formatInstant(from), n: predictions })),
      perHour: perHour(parts.reader, schema, lastTs),
    },
    lastReceivedAt: formatInstantOrNull(latest(counts.map((count) => count.lastReceivedAt))),
    watermark: formatInstantOrNull(lastTs),
    openAlerts,
  };
}

function countCells(reader: EventReader, { modelId, windowMs }: ModelSchema, range: Range): Cell[] {
  const cells = cellsOf(range.from, range.to, range.cells, windowMs);
  const [first] = cells;
  const last = cells.at(-1);
  if (first === undefined || last === undefined) return [];
  const widthMs = first.to - first.from;
  const levelMs = windowLevels(windowMs).findLast((level) => widthMs % level === 0) ?? windowMs;
  const totals = new Map<number, number>();
  const query = { modelId, levelMs, from: first.from, to: last.to, withSegments: false };
  for (const { start, predictions } of reader.readWindows(query)) {
    const index = Math.floor((start - first.from) / widthMs);
    totals.set(index, (totals.get(index) ?? 0) + predictions);
  }
  return cells.map((cell, index) => ({ ...cell, predictions: totals.get(index) ?? 0 }));
}

function alertsOf({ meta }: FleetParts, { modelId }: ModelSchema, now: number) {
  const stored = readAlerts(meta, { modelId, status: "all", limit: ALERTS_MAX, before: null, now });
  const alerts: StripAlert[] = stored.map((alert) => ({
    kind: alert.kind,
    severity: alert.severity,
    isSilenced: alert.silencedUntil !== null && alert.silencedUntil > now,
    openedAt: alert.openedSlot,
    closedAt: alert.closedAt,
  }));
  const audible = alerts.filter(({ closedAt, isSilenced }) => closedAt === null && !isSilenced);
  const page = audible.filter(({ severity }) => severity === "page").length;
  return { alerts, openAlerts: { page, ticket: audible.length - page } };
}

function monitorStates({ meta }: FleetParts, { modelId }: ModelSchema, now: number): string[] {
  return viewMonitors(meta, now, readMonitors(meta, modelId))
    .filter(({ enabled }) => enabled)
    .map(({ state }) => state);
}

function measureRange(
  source: MetricsSource,
  schema: ModelSchema,
  metric: string | null,
  { from, to }: Range,
): MetricPoint | null {
  if (metric === null) return null;
  const range = { from: formatInstant(from), to: formatInstant(to) };
  const { points } = queryMetrics(source, { model: schema.slug, metric, window: "all", ...range });
  return points.at(-1) ?? null;
}

function driftOf(source: MetricsSource, schema: ModelSchema, { from, to }: Range): FleetRow["worstDrift"] {
  if (schema.features.length === 0) return null;
  const range = { from: formatInstant(from), to: formatInstant(to) };
  const input = { model: schema.slug, metric: DRIFT_METRIC, feature: "*", window: "all", ...range } as const;
  return worstDrift(queryMetrics(source, input).points, findMetric(DRIFT_METRIC)?.defaultLimit ?? 1);
}

/** Over the last day of data. */
function perHour(reader: EventReader, { modelId, windowMs }: ModelSchema, lastTs: number | null): number {
  if (lastTs === null) return 0;
  const levelMs = windowLevels(windowMs).findLast((level) => level < DAY_MS) ?? windowMs;
  const to = windowStart(lastTs, levelMs) + levelMs;
  const query = { modelId, levelMs, from: to - DAY_MS, to, withSegments: false };
  return reader.readWindows(query).reduce((sum, { predictions }) => sum + predictions, 0) / 24;
}

function liveVersion(catalog: ModelCatalog, modelId: number): string | null {
  const last = catalog.championIntervals(modelId).at(-1);
  return last !== undefined && last.to === Number.POSITIVE_INFINITY ? last.version : null;
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
