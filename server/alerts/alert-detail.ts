import type { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import { readPastAlerts, readTimeline, type StoredAlert } from "#db/queries/alerts.ts";
import { viewAlert } from "#server/alerts/alert-view.ts";
import { titleOf } from "#server/alerts/notice.ts";
import type {
  AlertDetail,
  Distribution,
  DistributionInput,
  MonitorRule,
  SegmentRow,
  SegmentsInput,
  TimelineEvent,
} from "#server/api/contract.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import { findMetric } from "#server/metrics/registry.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import { listEvents } from "#server/models/timeline.ts";
import type { EvaluationSource } from "#server/monitors/evaluation-source.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

/** What an alert's page asks of the metrics; any of it may be absent without taking the page away. */
export interface AlertSources {
  readonly models: Pick<ModelRegistry, "byId">;
  readonly source: EvaluationSource;
  readonly distribution?: (input: z.infer<typeof DistributionInput>) => Promise<Distribution> | Distribution;
  readonly segments?: (input: z.infer<typeof SegmentsInput>) => Promise<SegmentRow[]> | SegmentRow[];
  readonly referenceValue?: (modelId: number, rule: MonitorRule) => number | null;
}

const WINDOWS_BEFORE = 24;
const WINDOWS_AFTER = 72;
const KEYS_MAX = 5;
const EVENTS_MAX = 10;
const PAST_MAX = 10;
const DAY_MS = 24 * 3_600_000;

export async function alertDetail(
  db: MetaDatabase,
  now: number,
  alert: StoredAlert,
  sources: AlertSources,
): Promise<AlertDetail> {
  const span = spanOf(alert);
  return {
    ...viewAlert(alert, now),
    rule: alert.rule,
    ruleVersion: alert.ruleVersion,
    runbook: alert.runbook,
    onset: formatInstant(span.from),
    slots: await orElse([], () => slotsAround(alert, sources)),
    referenceValue: await orElse(null, () => sources.referenceValue?.(alert.modelId, alert.rule) ?? null),
    distribution: await orElse(null, () => distributionOf(alert, span, sources)),
    where: await orElse([], () => whereOf(alert, span, sources)),
    before: eventsBefore(db, alert, span.from),
    timeline: readTimeline(db, alert.id).map(({ at, kind, text, actor }) => ({
      at: formatInstant(at),
      kind,
      text,
      actor,
    })),
    rows: rowsBehind(alert, span),
    past: readPastAlerts(db, alert, PAST_MAX).map((past) => ({
      id: past.id,
      openedAt: formatInstant(past.openedSlot),
      closedAt: formatInstantOrNull(past.closedAt),
      title: titleOf(past),
    })),
  };
}

/** A feature that is gone, or a version without a layout, takes one part of the page away and not the page. */
async function orElse<Part>(fallback: Part, read: () => Part | Promise<Part>): Promise<Part> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ServiceError) return fallback;
    throw error;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the start of the first window beyond the limit to the end of the last one. */
function spanOf(alert: StoredAlert): Span {
  const from = alert.onsetSlot - windowWidthMs(alert.rule);
  const last = alert.latest === null ? alert.openedSlot : Date.parse(alert.latest.at);
  return { from, to: Math.max(last, alert.openedSlot) };
}

function slotsAround(alert: StoredAlert, { source }: AlertSources): AlertDetail["slots"] {
  const widthMs = windowWidthMs(alert.rule);
  const from = alert.onsetSlot - WINDOWS_BEFORE * widthMs;
  return source.evaluate(alert.modelId, alert.rule, from, alert.onsetSlot + WINDOWS_AFTER * widthMs);
}

function scopeOf(alert: StoredAlert, span: Span) {
  return {
    model: alert.model,
    from: formatInstant(span.from),
    to: formatInstant(span.to),
    ...(alert.rule.version === null ? {} : { version: alert.rule.version }),
  };
}

async function distributionOf(
  alert: StoredAlert,
  span: Span,
  sources: AlertSources,
): Promise<Distribution | null> {
  const { feature, segment } = alert.rule;
  if (feature === null || sources.distribution === undefined) return null;
  const scope = { ...scopeOf(alert, span), ...(segment === null ? {} : { segment }) };
  return (await sources.distribution({ ...scope, feature })) ?? null;
}

/** By every segment key, worst value first. */
async function whereOf(alert: StoredAlert, span: Span, sources: AlertSources): Promise<AlertDetail["where"]> {
  const metric = findMetric(alert.rule.metric);
  const model = sources.models.byId(alert.modelId);
  if (metric === null || model === null || sources.segments === undefined) return [];
  if (alert.kind !== "breach" || alert.rule.segment !== null) return [];
  const keys = [
    ...model.features.filter((feature) => feature.segment).map((feature) => feature.name),
    ...model.dimensions,
  ].slice(0, KEYS_MAX);
  const where: AlertDetail["where"] = [];
  for (const key of keys) {
    const feature = metric.perFeature ? alert.rule.feature : null;
    const rows = await sources.segments({
      ...scopeOf(alert, span),
      key,
      metric: metric.id,
      ...(feature === null ? {} : { feature }),
    });
    where.push({ key, rows: worstFirst(rows, alert.rule) });
  }
  return where;
}

function worstFirst(rows: readonly SegmentRow[], rule: MonitorRule): SegmentRow[] {
  const sign = rule.op === "above" ? -1 : 1;
  const rank = ({ point }: SegmentRow) =>
    point.value === null || point.status !== "OK" ? Number.POSITIVE_INFINITY : sign * point.value;
  return [...rows].sort((a, b) => (rank(a) === rank(b) ? b.n - a.n : rank(a) - rank(b)));
}

function eventsBefore(db: MetaDatabase, alert: StoredAlert, onset: number): TimelineEvent[] {
  const reachMs = Math.max(DAY_MS, 2 * windowWidthMs(alert.rule));
  return listEvents(db, alert.modelId, onset - reachMs, alert.openedSlot)
    .filter((event) => event.kind !== "monitor")
    .toReversed()
    .slice(0, EVENTS_MAX);
}

function rowsBehind(alert: StoredAlert, span: Span): AlertDetail["rows"] {
  const { rule } = alert;
  const needsLabels = findMetric(rule.metric)?.needsLabels ?? false;
  return {
    model: alert.model,
    from: formatInstant(span.from),
    to: formatInstant(span.to),
    version: rule.version,
    segment: rule.segment === null ? [] : [rule.segment],
    where: "",
    ...(needsLabels ? { labelled: true } : {}),
  };
}
