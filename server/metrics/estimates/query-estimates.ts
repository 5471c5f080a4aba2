import type { z } from "zod";
import type { MetricPoint } from "#server/api/contract.ts";
import type {
  EstimatePoint,
  EstimateReason,
  EstimatesAnswer,
  EstimatesInput,
} from "#server/api/contracts/estimates.ts";
import { formatInstantOrNull } from "#server/kernel/instant.ts";
import { badQuery } from "#server/metrics/bad-query.ts";
import { chooseEstimator } from "#server/metrics/estimates/choose-estimator.ts";
import { reasonFor } from "#server/metrics/estimates/estimate-words.ts";
import {
  type ConceptPlace,
  type Estimator,
  type EstimatorOrReason,
  noEstimate,
  type WindowEstimate,
} from "#server/metrics/estimates/estimator.ts";
import { definitionFor, type MetricTarget } from "#server/metrics/metric-selection.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type MeasuredPoint, measure } from "#server/metrics/query-metrics.ts";
import { type QueryScope, resolveScope } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { PartReader, type ScopedPart } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import type { Task } from "#server/models/schema.ts";
import { type ConceptMovement, conceptMovement } from "#server/stats/estimation/concept-movement.ts";
import { estimateScorecard, type JudgedEstimate } from "#server/stats/estimation/estimate-scorecard.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { windowStart } from "#server/windows/levels.ts";

/** Windows before the range that are read too: what the scorecard and the movement of the concept are learnt from. */
const HISTORY_WINDOWS = 60;

const MAIN: Record<Task, string> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: "",
};

/** A metric as it is estimated without labels, beside what the labels of the same window say, by window. */
export function queryEstimates(
  source: MetricsSource,
  input: z.infer<typeof EstimatesInput>,
): EstimatesAnswer {
  const scope = resolveScope(source, input);
  const metric = input.metric ?? MAIN[scope.schema.task];
  const asked = {
    model: scope.schema.slug,
    metric,
    watermark: formatInstantOrNull(scope.data?.lastTs ?? null),
  };
  if (scope.schema.task === "ranking") return { ...asked, ...nothing(input.window, "task_not_estimated") };
  const definition = definitionFor(scope.schema, metric);
  if (definition.group !== "performance") {
    throw badQuery(
      "not_a_performance_metric",
      "metric",
      "`metric` must be a performance metric, such as accuracy or mae.",
    );
  }
  const buckets = chooseBuckets(scope, input.window, 1);
  if (buckets === null) return { ...asked, ...nothing(input.window, null) };
  const target = { definition, feature: null };
  const { points, estimators } = estimateWindows(source, scope, target, withHistory(scope, buckets));
  const shown = points.filter(({ start }) => start >= buckets.from);
  const used = estimators.filter(({ version }) => shown.some(({ point }) => point.version === version));
  const found = used.flatMap(({ choice }) => ("estimator" in choice ? [choice.estimator] : []));
  return {
    ...asked,
    method: found[0]?.method ?? null,
    window: buckets.window,
    widenedFrom: buckets.widenedFrom,
    points: shown.map(({ point }) => point),
    reason: shown.some(({ point }) => point.value !== null) ? null : firstReason(shown, used),
    scorecard: buckets.window === "all" ? null : scorecardOf(points, shown),
    movement: shown.at(-1)?.movement ?? null,
    baselines: used.flatMap(({ version, refId, choice }) =>
      "estimator" in choice && refId !== null
        ? [{ version, refId, labelled: choice.estimator.labelled }]
        : [],
    ),
    assumptions: [...(found.at(-1)?.assumptions ?? [])],
  };
}

function nothing(
  window: EstimatesAnswer["window"] | undefined,
  code: EstimateReason["code"] | null,
): Omit<EstimatesAnswer, "model" | "metric" | "watermark"> {
  return {
    method: null,
    window: window ?? "all",
    widenedFrom: null,
    points: [],
    reason: code === null ? null : reasonFor(code),
    scorecard: null,
    movement: null,
    baselines: [],
    assumptions: [],
  };
}

function withHistory({ schema, data }: QueryScope, buckets: Buckets): Buckets {
  if (buckets.window === "all" || data === null) return buckets;
  const first = windowStart(data.firstTs, Math.max(schema.windowMs, buckets.widthMs));
  return {
    ...buckets,
    from: Math.max(Math.min(first, buckets.from), buckets.from - HISTORY_WINDOWS * buckets.widthMs),
  };
}

interface EstimatedWindow {
  readonly start: number;
  readonly point: EstimatePoint;
  readonly movement: ConceptMovement | null;
}
interface VersionEstimator {
  readonly version: string;
  readonly refId: string | null;
  readonly choice: EstimatorOrReason;
}

function estimateWindows(source: MetricsSource, scope: QueryScope, target: MetricTarget, buckets: Buckets) {
  const parts = readParts(source, scope, buckets);
  const estimators = fitVersions(source, scope, target.definition.id, parts);
  const places = new Map<string, ConceptPlace[]>();
  const points = measure(source, scope, [target], buckets).map((measured): EstimatedWindow => {
    const part = parts.byWindow.get(keyOf(measured.start, measured.point.version));
    const choice = estimators.find(({ version }) => version === part?.version)?.choice ?? null;
    const history = places.get(part?.version ?? "") ?? [];
    const movement = conceptMovement(history);
    const found = estimateOf(measured, part, choice, movement);
    if (part !== undefined && choice !== null && "estimator" in choice) {
      const place = placeOf(measured.point, part, choice.estimator);
      if (place !== null) places.set(part.version, [...history, place]);
    }
    return {
      start: measured.start,
      point: pointOf(measured, part, found),
      movement: found.value === null ? null : movement,
    };
  });
  return { points, estimators };
}

interface ReadParts {
  readonly byWindow: ReadonlyMap<string, ScopedPart>;
  /** All windows of a version as one. */
  readonly byVersion: readonly ScopedPart[];
}

function readParts(source: MetricsSource, scope: QueryScope, buckets: Buckets): ReadParts {
  const reader = new PartReader(source, scope, { features: [], output: true, latency: false });
  const byWindow = new Map<string, ScopedPart>();
  const all: WindowRecord[] = [];
  for (const span of versionSpans(source, scope.schema, scope.version, buckets)) {
    const byStart = Map.groupBy(reader.records(span, buckets.widthMs), ({ start }) =>
      bucketStart(start, buckets),
    );
    for (const [start, records] of byStart) {
      all.push(...records);
      const found = reader.parts(records);
      for (const part of found) byWindow.set(keyOf(start, found.length === 1 ? part.version : null), part);
    }
  }
  return { byWindow, byVersion: reader.parts(all) };
}

function bucketStart(start: number, { window, from, widthMs }: Buckets): number {
  return window === "all" ? from : from + Math.floor((start - from) / widthMs) * widthMs;
}

function keyOf(start: number, version: string | null): string {
  return `${start} ${version ?? ""}`;
}

function fitVersions(
  source: MetricsSource,
  scope: QueryScope,
  metric: string,
  { byVersion }: ReadParts,
): VersionEstimator[] {
  return byVersion.map((part) => ({
    version: part.version,
    refId: part.reference?.refId ?? null,
    choice: chooseEstimator(source, scope, metric, part),
  }));
}

function estimateOf(
  { point }: MeasuredPoint,
  part: ScopedPart | undefined,
  choice: EstimatorOrReason | null,
  movement: ConceptMovement,
): WindowEstimate {
  if (part === undefined) return noEstimate("EMPTY", null);
  if (point.version === null) return noEstimate("UNDEFINED", reasonFor("several_versions"));
  if (choice === null) return noEstimate("EMPTY", null);
  return "reason" in choice
    ? noEstimate("UNDEFINED", choice.reason)
    : choice.estimator.estimate(part.summary, movement);
}

/** Only windows whose labels have come say where the concept was. */
function placeOf(point: MetricPoint, { summary }: ScopedPart, estimator: Estimator): ConceptPlace | null {
  return point.status === "OK" && point.value !== null ? estimator.conceptOf(summary, point.value) : null;
}

function pointOf(
  { point, predictions }: MeasuredPoint,
  part: ScopedPart | undefined,
  found: WindowEstimate,
): EstimatePoint {
  const { value, interval, concept, parts, reason, unseen } = found;
  const isOpen = found.status === "OK" && point.status === "PARTIAL";
  const status = found.status === "CONSTANT_REF" ? "UNDEFINED" : found.status;
  return {
    from: point.from,
    to: point.to,
    version: point.version,
    value,
    ci: interval,
    concept,
    parts,
    predictions,
    status: isOpen ? "PARTIAL" : status,
    reason,
    unseen,
    realised: {
      value: point.value,
      ci: point.ci,
      status: point.status,
      labelled: part?.summary.labelled ?? 0,
    },
  };
}

/** Of the version whose estimate is the newest: another version's map was another estimator. */
function scorecardOf(points: readonly EstimatedWindow[], shown: readonly EstimatedWindow[]) {
  const newest = shown.findLast(({ point }) => point.value !== null)?.point.version ?? null;
  const own = points.filter(({ point }) => point.version === newest);
  return estimateScorecard(own.flatMap(({ point }) => judged(point)));
}

/** A window that was estimated and whose labels have come. */
function judged({ value, ci, status, realised }: EstimatePoint): JudgedEstimate[] {
  if (value === null || ci === null || status !== "OK") return [];
  if (realised.value === null || realised.status !== "OK") return [];
  return [{ estimate: value, band: ci, realised: realised.value }];
}

function firstReason(
  shown: readonly EstimatedWindow[],
  used: readonly VersionEstimator[],
): EstimateReason | null {
  const ofWindow = shown.find(({ point }) => point.reason !== null)?.point.reason;
  if (ofWindow) return ofWindow;
  return used.flatMap(({ choice }) => ("reason" in choice ? [choice.reason] : []))[0] ?? null;
}
