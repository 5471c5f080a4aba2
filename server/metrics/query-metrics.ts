import type { z } from "zod";
import type { MetricPoint, MetricStatus, MetricsAnswer, MetricsQueryInput } from "#server/api/contract.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import { computeMetric, type MetricRequest } from "#server/metrics/compute-metric.ts";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import { joinVersions } from "#server/metrics/join-versions.ts";
import { ALWAYS_MATURE, labelMaturity, type Maturity, readCoverage } from "#server/metrics/label-maturity.ts";
import { isPerVersion, type MetricTarget, pickFor, selectTargets } from "#server/metrics/metric-selection.ts";
import type { MetricValue } from "#server/metrics/metric-value.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type QueryScope, resolveScope } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { PartReader, type ScopedPart } from "#server/metrics/read-parts.ts";
import { referenceValues } from "#server/metrics/reference-metric.ts";
import { type VersionSpan, versionSpans } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";

/** Metrics over time: one point a window, metric, feature and champion. */
export function queryMetrics(source: MetricsSource, input: z.infer<typeof MetricsQueryInput>): MetricsAnswer {
  const scope = resolveScope(source, input);
  const targets = selectTargets(scope.schema, input);
  const buckets = chooseBuckets(scope, input.window, targets.length);
  const answer = {
    model: scope.schema.slug,
    watermark: formatInstantOrNull(scope.data?.lastTs ?? null),
    window: buckets?.window ?? input.window ?? "all",
    widenedFrom: buckets?.widenedFrom ?? null,
    points: buckets === null ? [] : measure(source, scope, targets, buckets).map(({ point }) => point),
  };
  if (input.withReference !== true) return answer;
  return { ...answer, references: referenceValues(source, scope, targets) };
}

/** A point with what the wire does not carry. */
export interface MeasuredPoint {
  readonly point: MetricPoint;
  readonly start: number;
  readonly end: number;
  /** Predictions of the scope in the window. */
  readonly predictions: number;
  /** What it adds to the evidence, where that was asked for. */
  readonly input: EvidenceInput | null;
}

/** Reads what a window adds to the evidence, while its summary is at hand. `start` is the window's, milliseconds. */
export type InputOf = (request: MetricRequest, start: number) => EvidenceInput | null;

export function measure(
  source: MetricsSource,
  scope: QueryScope,
  targets: readonly MetricTarget[],
  buckets: Buckets,
  inputOf: InputOf = () => null,
): MeasuredPoint[] {
  const reader = new PartReader(source, scope, pickFor(scope.schema, targets));
  const spans = versionSpans(source, scope.schema, scope.version, buckets);
  const recordsOf = spans.map((span) => byBucket(reader.records(span, buckets.widthMs), buckets));
  const isMature = maturityFor(source, scope, targets);
  const points: MeasuredPoint[] = [];
  for (let start = buckets.from; start < buckets.to; start += buckets.widthMs) {
    const end = Math.min(buckets.to, start + buckets.widthMs);
    const times = { from: formatInstant(start), to: formatInstant(end) };
    const inBucket = spans
      .map((span, index) => ({ span, records: recordsOf[index]?.get(start) ?? [] }))
      .filter(({ span }) => span.from < end && span.to > start);
    const filled = inBucket.filter(({ records }) => records.length > 0);
    // A champion without rows says nothing beside one that has some.
    for (const { span, records } of filled.length > 0 ? filled : inBucket.slice(-1)) {
      const place = { start, end, ...times, span, isOpen: isOpen(scope, buckets, end), isMature, inputOf };
      points.push(...measureSpan(reader, scope, targets, records, place));
    }
  }
  return points;
}

function byBucket(records: readonly WindowRecord[], buckets: Buckets): Map<number, WindowRecord[]> {
  const byStart = new Map<number, WindowRecord[]>();
  for (const record of records) {
    const offset =
      buckets.window === "all"
        ? 0
        : Math.floor((record.start - buckets.from) / buckets.widthMs) * buckets.widthMs;
    const start = buckets.from + offset;
    const known = byStart.get(start);
    if (known === undefined) byStart.set(start, [record]);
    else known.push(record);
  }
  return byStart;
}

/** A whole range is what was asked for, however far the data reaches; a window is over when the watermark says so. */
function isOpen({ data }: QueryScope, { window }: Buckets, end: number): boolean {
  return window !== "all" && (data === null || data.lastTs < end);
}

function maturityFor(source: MetricsSource, scope: QueryScope, targets: readonly MetricTarget[]): Maturity {
  if (!targets.some(({ definition }) => definition.needsLabels)) return ALWAYS_MATURE;
  return labelMaturity(readCoverage(source, scope));
}

interface Place {
  readonly from: string;
  readonly to: string;
  readonly start: number;
  readonly end: number;
  readonly span: VersionSpan;
  readonly isOpen: boolean;
  readonly isMature: Maturity;
  readonly inputOf: InputOf;
}

function measureSpan(
  reader: PartReader,
  scope: QueryScope,
  targets: readonly MetricTarget[],
  records: readonly WindowRecord[],
  place: Place,
): MeasuredPoint[] {
  const read = reader.parts(records);
  const parts = read.length > 0 ? read : emptyParts(reader, place.span);
  const joined = targets.every(isPerVersion) ? null : joinParts(parts);
  return targets.flatMap((target) => {
    const own = isPerVersion(target) || joined === null ? parts : [joined];
    return own.map((part) => measurePoint(scope, target, part, place));
  });
}

function emptyParts(reader: PartReader, span: VersionSpan): ScopedPart[] {
  for (const version of [...span.versions].reverse()) {
    const part = reader.emptyPart(version);
    if (part !== null) return [part];
  }
  return [];
}

function joinParts(
  parts: readonly ScopedPart[],
): (Omit<ScopedPart, "version"> & { version: string | null }) | null {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const joined = joinVersions(parts);
  if (joined === null) return null;
  const revision = parts.reduce((sum, part) => sum + part.revision, 0);
  return { ...joined, version: null, reference: null, revision };
}

function measurePoint(
  scope: QueryScope,
  { definition, feature }: MetricTarget,
  part: Omit<ScopedPart, "version"> & { version: string | null },
  { from, to, start, end, isOpen: open, isMature, inputOf }: Place,
): MeasuredPoint {
  const { layout, summary, reference, blocks } = part;
  const request = { metric: definition.id, feature, layout, summary, reference, blocks };
  const computed = computeMetric(request);
  const { predictions, labelled } = summary;
  const immature = definition.needsLabels && !isMature({ end, predictions, labelled });
  const point: MetricPoint = {
    from,
    to,
    metric: definition.id,
    version: part.version,
    feature,
    segment: scope.segment?.text ?? null,
    value: computed.value,
    ci: computed.ci,
    nRef: computed.nRef,
    nCur: computed.nCur,
    status: statusOf(computed, { open, immature }),
    revision: part.revision,
    refId: definition.needsReference ? (reference?.refId ?? null) : null,
    method: computed.method,
  };
  return { point, start, end, predictions, input: inputOf(request, start) };
}

/** What keeps a number from being acted on comes before what may still change it. */
export function statusOf(
  { status }: Pick<MetricValue, "status">,
  { open, immature }: { open: boolean; immature: boolean },
): MetricStatus {
  if (status !== "OK") return status;
  if (open) return "PARTIAL";
  return immature ? "IMMATURE" : "OK";
}
