import {
  type Cell,
  featureReader,
  type RangeSample,
  type SampledFeature,
} from "#server/metrics/multivariate/sample-range.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { ReferenceSample } from "#server/references/reference-sample.ts";
import type { FeatureColumn, FeatureTable } from "#server/stats/multivariate/feature-table.ts";
import { rowHash } from "#server/stats/sketch/bottom-k.ts";

/** What one comparison may cost: time grows with features times rows. */
export const JOINT_FEATURES_MAX = 120;
/** A category with more values than rows can tell apart is free text. */
const DISTINCT_SHARE_MAX = 0.5;

export interface ChosenFeatures {
  readonly features: readonly SampledFeature[];
  readonly leftOut: ReadonlyArray<{ readonly feature: string; readonly reason: string }>;
}

/** Features of the model that the reference has rows of, in the model's order. */
export function chooseJointFeatures(schema: ModelSchema, sample: ReferenceSample): ChosenFeatures {
  const features: SampledFeature[] = [];
  const leftOut: Array<{ feature: string; reason: string }> = [];
  for (const { name, type } of schema.features) {
    const reason = leftOutReason({ name, type }, sample, features.length);
    if (reason === null) features.push({ name, type });
    else leftOut.push({ feature: name, reason });
  }
  return { features, leftOut };
}

function leftOutReason(feature: SampledFeature, sample: ReferenceSample, taken: number): string | null {
  if (sample.column(`features.${feature.name}`) === null) return "The reference does not have it.";
  if (taken >= JOINT_FEATURES_MAX)
    return `Only the first ${JOINT_FEATURES_MAX} features are compared together.`;
  if (feature.type !== "category") return null;
  const read = featureReader(sample, feature);
  const values = new Set<Cell>();
  for (let row = 0; row < sample.count; row++) values.add(read(row));
  const isText = sample.count >= 200 && values.size > sample.count * DISTINCT_SHARE_MAX;
  return isText ? "Most of its values occur once, so it says which row it is and not what kind." : null;
}

/** Both sides with the same features and the same categories. */
export function jointTables(
  features: readonly SampledFeature[],
  reference: ReferenceSample,
  current: RangeSample,
): { reference: FeatureTable; current: FeatureTable } {
  const then: FeatureColumn[] = [];
  const now: FeatureColumn[] = [];
  // As the file had them, rows that lie close are alike; blocks of rows must not be.
  const shuffled = Array.from({ length: reference.count }, (_, row) => row).sort(
    (a, b) => rowHash(a) - rowHash(b),
  );
  features.forEach((feature, index) => {
    const read = featureReader(reference, feature);
    const before = shuffled.map(read);
    const after = current.cells[index] ?? [];
    const { name } = feature;
    if (feature.type === "number") {
      then.push({ kind: "number", name, values: Float64Array.from(before, Number) });
      now.push({ kind: "number", name, values: Float64Array.from(after, Number) });
      return;
    }
    const places = new Map<string, number>();
    const code = (cell: Cell): number => {
      if (typeof cell !== "string") return -1;
      const place = places.get(cell) ?? places.size;
      places.set(cell, place);
      return place;
    };
    const codes = [Int32Array.from(before, code), Int32Array.from(after, code)];
    const categories = [...places.keys()];
    then.push({ kind: "category", name, categories, codes: codes[0] ?? new Int32Array(0) });
    now.push({ kind: "category", name, categories, codes: codes[1] ?? new Int32Array(0) });
  });
  return {
    reference: { rows: reference.count, features: then },
    current: { rows: current.rows, features: now },
  };
}
