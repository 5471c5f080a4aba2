import type { BacktestSlot, MonitorRule, SlotEvidence } from "#server/api/contract.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { unknownName } from "#server/metrics/bad-query.ts";
import { evidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { EvidenceSettings } from "#server/metrics/evidence/evidence-settings.ts";
import { evidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { gatherEvidence } from "#server/metrics/evidence/gather-evidence.ts";
import { type MetricTarget, selectTargets } from "#server/metrics/metric-selection.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type InputOf, type MeasuredPoint, measure } from "#server/metrics/query-metrics.ts";
import { type QueryScope, resolveScope } from "#server/metrics/query-scope.ts";
import { type Buckets, windowWidthMs } from "#server/metrics/query-window.ts";
import { planReads } from "#server/metrics/read-plan.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { windowLevels, windowStart, windowStartAfter } from "#server/windows/levels.ts";

type Judged = Pick<MonitorRule, "metric" | "feature" | "segment" | "version" | "window">;
type EvaluatedRule = Judged & Partial<Pick<MonitorRule, "decide">> & Pick<MonitorRule, "op" | "limit">;

/**
 * A rule's metric over each of its windows with from ≤ start and end ≤ to, oldest first: one slot a window, that of
 * the newest champion with rows in it. Windows in which the model has no row at all are left out. The caller says
 * when a window is over, so none is PARTIAL.
 */
export function evaluateSlots(
  source: MetricsSource,
  modelId: number,
  rule: EvaluatedRule,
  range: { from: number; to: number },
  settings: EvidenceSettings | null = null,
): BacktestSlot[] {
  const schema = source.modelById(modelId);
  if (schema === null) return [];
  const { scope, target } = ruleTarget(source, schema, rule);
  const widthMs = windowWidthMs(rule.window);
  const from = windowStartAfter(range.from, widthMs);
  const to = windowStart(range.to, widthMs);
  if (scope.data === null || from >= to) return [];
  const test = rule.decide === "evidence" ? evidenceTest(rule, schema.task) : null;
  const measureFrom = (start: number): MeasuredPoint[] => {
    const span = { from: start, to };
    const occupied = occupiedStarts(source, schema, widthMs, span);
    if (occupied.size === 0) return [];
    const buckets: Buckets = { window: rule.window, widenedFrom: null, ...span, widthMs };
    const sealed = {
      ...scope,
      data: { firstTs: from, ...scope.data, lastTs: Math.max(scope.data?.lastTs ?? to, to) },
    };
    const inputOf: InputOf | undefined =
      test === null ? undefined : (request, at) => evidenceInput(request, test, `${modelId}/${at}`);
    const newest = new Map<number, MeasuredPoint>();
    for (const measured of measure(source, sealed, [target], buckets, inputOf)) {
      newest.set(measured.start, measured);
    }
    return [...newest.values()].filter(({ start: at }) => occupied.has(at));
  };
  if (test === null || settings === null) return measureFrom(from).map((measured) => toSlot(measured));
  const first = windowStart(scope.data.firstTs, widthMs);
  const gathered = gatherEvidence({
    source,
    schema,
    rule,
    test,
    widthMs,
    settings,
    first,
    from,
    measureFrom,
  });
  return gathered.map(({ measured, evidence }) => toSlot(measured, evidence));
}

/** Refuses what could never be judged; for the moment a rule is saved as well as for each evaluation. */
export function ruleTarget(
  source: MetricsSource,
  schema: ModelSchema,
  rule: Judged,
): { scope: QueryScope; target: MetricTarget } {
  const scope = resolveScope(source, {
    model: schema.slug,
    version: rule.version ?? undefined,
    segment: rule.segment ?? undefined,
  });
  const widthMs = windowWidthMs(rule.window);
  if (widthMs % schema.windowMs !== 0) {
    throw unknownName("window", rule.window, widthsFor(schema), ` in \`${schema.slug}\``);
  }
  const [target] = selectTargets(schema, { metric: rule.metric, feature: rule.feature ?? undefined });
  if (target === undefined) throw unknownName("feature", rule.feature ?? "*", []);
  return { scope, target };
}

function widthsFor(schema: ModelSchema): string[] {
  const widths = ["5m", "1h", "6h", "1d", "7d"] as const;
  return widths.filter((name) => windowWidthMs(name) % schema.windowMs === 0);
}

function occupiedStarts(
  source: MetricsSource,
  { modelId, windowMs }: ModelSchema,
  widthMs: number,
  range: { from: number; to: number },
): Set<number> {
  const levels = windowLevels(windowMs).filter((level) => widthMs % level === 0);
  const starts = new Set<number>();
  for (const read of planReads(range, levels)) {
    for (const { start, predictions } of source.windowCounts({ modelId, ...read })) {
      if (predictions > 0) starts.add(windowStart(start, widthMs));
    }
  }
  return starts;
}

function toSlot({ point, end, predictions }: MeasuredPoint, evidence?: SlotEvidence | null): BacktestSlot {
  return {
    at: formatInstant(end),
    value: point.value,
    lo: point.ci?.lo ?? null,
    hi: point.ci?.hi ?? null,
    n: point.nCur,
    status: point.status,
    version: point.version,
    rows: predictions,
    ...(evidence === undefined ? {} : { evidence }),
  };
}
