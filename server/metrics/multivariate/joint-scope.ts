import type { z } from "zod";
import type { MultivariateInput } from "#server/api/contracts/multivariate.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { JointMethod } from "#server/metrics/multivariate/compare-tables.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import { PartReader } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";

/** What one comparison is about, and what its answer depends on. */
export interface JointScope {
  readonly schema: ModelSchema;
  /** The version with the newest rows of the range; null without rows. */
  readonly version: string | null;
  readonly refId: string | null;
  readonly from: number | null;
  readonly to: number | null;
  /** Where that version counts, in whole windows. */
  readonly stretches: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** By its windows. */
  readonly predictions: number;
  readonly method: JointMethod;
  /** The same for the same rows on both sides. */
  readonly seed: string;
  readonly key: string;
}

const WITHOUT_PARTS = { features: [], output: false, latency: false };

export function resolveJointScope(
  source: MetricsSource,
  input: z.infer<typeof MultivariateInput>,
): JointScope {
  const scope = resolveScope(source, input);
  const { schema, data } = scope;
  const method = input.method ?? "all";
  const range =
    data === null
      ? null
      : {
          from: windowStart(scope.from ?? data.firstTs, schema.windowMs),
          to: windowStartAfter(scope.to ?? data.lastTs + 1, schema.windowMs),
        };
  const spans = range === null ? [] : versionSpans(source, schema, scope.version, range);
  const reader = new PartReader(source, scope, WITHOUT_PARTS);
  const records = spans.flatMap((span) => reader.records(span, span.to - span.from));
  const newest = records.reduce<(typeof records)[number] | null>(
    (best, record) => (best === null || record.start >= best.start ? record : best),
    null,
  );
  const version = newest?.version ?? scope.version ?? source.versions(schema.modelId).at(-1) ?? null;
  const own = records.filter((record) => record.version === version);
  const refId = version === null ? null : (source.reference(schema.modelId, version)?.refId ?? null);
  const revision = own.reduce((sum, record) => sum + record.revision, 0);
  const predictions = own.reduce((sum, record) => sum + record.predictions, 0);
  const about = [schema.modelId, version, refId, range?.from, range?.to];
  return {
    schema,
    version,
    refId,
    from: range?.from ?? null,
    to: range?.to ?? null,
    stretches: spans.filter(({ versions }) => version !== null && versions.includes(version)),
    predictions,
    method,
    seed: JSON.stringify([...about, predictions]),
    key: JSON.stringify([...about, predictions, revision, schema.revision, method]),
  };
}
