import type { z } from "zod";
import type {
  JointStatus,
  MultivariateAnswer,
  MultivariateInput,
} from "#server/api/contracts/multivariate.ts";
import { badQuery } from "#server/metrics/bad-query.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { compareTables } from "#server/metrics/multivariate/compare-tables.ts";
import { chooseJointFeatures, jointTables } from "#server/metrics/multivariate/feature-tables.ts";
import { inSlices } from "#server/metrics/multivariate/in-slices.ts";
import { type JointScope, resolveJointScope } from "#server/metrics/multivariate/joint-scope.ts";
import { sampleRange } from "#server/metrics/multivariate/sample-range.ts";
import { SAMPLE_ROWS } from "#server/references/reference-sample.ts";
import { DOMAIN_ROWS_MIN } from "#server/stats/multivariate/domain-classifier.ts";
import type { EventReader } from "#server/store/event-store.ts";

/** Rows of a range that are read at most to draw from them: some seconds. */
export const RANGE_ROWS_MAX = 5_000_000;
const KEPT_MAX = 16;

export type QueryMultivariate = (input: z.infer<typeof MultivariateInput>) => Promise<MultivariateAnswer>;

/** Answers are kept by reference, range and revision; two who ask the same at once wait for one computation. */
export function createMultivariateQuery(
  source: MetricsSource,
  reader: Pick<EventReader, "scan">,
): QueryMultivariate {
  const kept = new Map<string, Promise<MultivariateAnswer>>();
  return async (input) => {
    const scope = resolveJointScope(source, input);
    const known = kept.get(scope.key);
    if (known !== undefined) return known;
    const answer = compare(source, reader, scope);
    kept.set(scope.key, answer);
    // Without a sample it depends on what is uploaded next, not on range and revision.
    answer.then(
      ({ status }) => status === "NO_SAMPLE" && kept.delete(scope.key),
      () => kept.delete(scope.key),
    );
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}

async function compare(
  source: MetricsSource,
  reader: Pick<EventReader, "scan">,
  scope: JointScope,
): Promise<MultivariateAnswer> {
  const { schema, version } = scope;
  const { modelId } = schema;
  if (version === null || scope.predictions === 0) return without(scope, "EMPTY");
  if (scope.refId === null) return without(scope, "NO_REFERENCE");
  const kept = source.referenceSample(modelId, version);
  if (kept === null) return without(scope, "NO_SAMPLE");
  const { sample } = kept;
  const { features, leftOut } = chooseJointFeatures(schema, sample);
  const facts = { leftOut: [...leftOut], features: features.map(({ name }) => name) };
  if (features.length === 0) return { ...without(scope, "NO_FEATURES"), ...facts };
  refuseTooMany(scope);
  const range = { modelId, version, stretches: scope.stretches };
  const current = await inSlices(sampleRange(reader, range, features, SAMPLE_ROWS));
  const rows = {
    current: current.rows,
    ofCurrent: current.ofRows,
    reference: sample.count,
    ofReference: sample.ofRows,
  };
  if (current.rows === 0) return without(scope, "EMPTY");
  if (Math.min(current.rows, sample.count) < DOMAIN_ROWS_MIN) {
    return { ...without(scope, "LOW_N"), ...facts, rows };
  }
  const tables = jointTables(features, sample, current);
  const numbers = await inSlices(compareTables({ ...tables, seed: scope.seed, method: scope.method }));
  return { ...without(scope, "OK"), ...facts, rows, ...numbers };
}

function refuseTooMany({ predictions }: JointScope): void {
  if (predictions <= RANGE_ROWS_MAX) return;
  throw badQuery(
    "range_too_large",
    "from",
    `The range holds ${predictions} predictions, and at most ${RANGE_ROWS_MAX} are read for one comparison; choose a shorter range.`,
  );
}

const ADVICE: Readonly<Record<JointStatus, string | null>> = {
  OK: null,
  LOW_N: `Not enough data: comparing all features together needs ${DOMAIN_ROWS_MIN} rows on either side. Choose a longer range, or a larger reference.`,
  EMPTY: "There are no predictions in this range.",
  NO_REFERENCE:
    "This version has no reference to compare with. Upload the rows that it was tested on, or freeze a range in which all was well.",
  NO_SAMPLE:
    "This reference was made before rows were kept beside its profile. Upload the same file again, or freeze its range again, and its rows are kept.",
  NO_FEATURES: "The reference and the model have no feature in common.",
};

function without(scope: JointScope, status: JointStatus): MultivariateAnswer {
  return {
    status,
    advice: ADVICE[status],
    version: scope.version,
    refId: scope.refId,
    from: scope.from === null ? null : new Date(scope.from).toISOString(),
    to: scope.to === null ? null : new Date(scope.to).toISOString(),
    rows: { current: 0, ofCurrent: 0, reference: 0, ofReference: 0 },
    features: [],
    leftOut: [],
    classifier: null,
    reconstruction: null,
    discrepancy: null,
    correlation: null,
  };
}
