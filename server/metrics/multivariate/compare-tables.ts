import type { JOINT_METHODS, MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import {
  correlationChanges,
  largestCorrelationChange,
} from "#server/stats/multivariate/correlation-change.ts";
import { domainClassifier } from "#server/stats/multivariate/domain-classifier.ts";
import {
  encodeFeatures,
  fitFeatureEncoding,
  hasMissing,
} from "#server/stats/multivariate/encode-features.ts";
import type { FeatureColumn, FeatureTable, Matrix } from "#server/stats/multivariate/feature-table.ts";
import { PERMUTATIONS, permutationTest } from "#server/stats/multivariate/maximum-mean-discrepancy.ts";
import { medianDistance } from "#server/stats/multivariate/median-distance.ts";
import { reconstructionChange } from "#server/stats/multivariate/principal-components.ts";
import {
  fourierBlocks,
  fourierDiscrepancyEstimate,
  fourierMap,
} from "#server/stats/multivariate/random-fourier-features.ts";

export type JointMethod = (typeof JOINT_METHODS)[number];
export type JointNumbers = Pick<
  MultivariateAnswer,
  "classifier" | "reconstruction" | "discrepancy" | "correlation"
>;

/** Rows a side that the exact test looks at: its cost grows with their square. */
const EXACT_ROWS = 500;
const PAIRS_SHOWN = 10;
const IMPORTANCES_SHOWN = 10;
/** Adjusted p below which a pair counts as changed. */
const CHANGED_BELOW = 0.05;
/** Two-sided 95 % of a normal. */
const Z95 = 1.96;

export interface TablesToCompare {
  readonly reference: FeatureTable;
  readonly current: FeatureTable;
  readonly seed: string;
  readonly method: JointMethod;
}

/** Every method that was asked for, cheap ones first; yields between their steps. */
export function* compareTables(tables: TablesToCompare): Generator<undefined, JointNumbers> {
  const wants = (method: JointMethod): boolean => tables.method === "all" || tables.method === method;
  const correlation = wants("correlation") ? yield* correlationOfTables(tables) : null;
  yield;
  const reconstruction = wants("reconstruction") ? yield* reconstructionOfTables(tables) : null;
  yield;
  const discrepancy = wants("discrepancy") ? yield* discrepancyOfTables(tables) : null;
  yield;
  const classifier = wants("classifier") ? yield* classifierOfTables(tables) : null;
  return { correlation, reconstruction, discrepancy, classifier };
}

/** Numbers only: the values of a category have no order that ranks could be made of. */
function* correlationOfTables({
  reference,
  current,
}: TablesToCompare): Generator<undefined, MultivariateAnswer["correlation"]> {
  const names = reference.features.filter(isNumber).map(({ name }) => name);
  const columns = (table: FeatureTable) => table.features.filter(isNumber).map(({ values }) => values);
  const changes = yield* correlationChanges(columns(reference), columns(current));
  return {
    largest: largestCorrelationChange(changes),
    tested: changes.length,
    changed: changes.filter(({ adjustedP }) => adjustedP < CHANGED_BELOW).length,
    pairs: changes.slice(0, PAIRS_SHOWN).map(({ pair, adjustedP, ...change }) => ({
      features: [names[pair[0]] ?? "", names[pair[1]] ?? ""],
      reference: change.reference,
      current: change.current,
      difference: change.difference,
      p: adjustedP,
    })),
  };
}

function isNumber(column: FeatureColumn): column is Extract<FeatureColumn, { kind: "number" }> {
  return column.kind === "number";
}

function* reconstructionOfTables({
  reference,
  current,
}: TablesToCompare): Generator<undefined, MultivariateAnswer["reconstruction"]> {
  const encoding = fitFeatureEncoding(reference, { categories: "frequency" });
  return yield* reconstructionChange(encodeFeatures(encoding, reference), encodeFeatures(encoding, current));
}

function* discrepancyOfTables({
  reference,
  current,
  seed,
}: TablesToCompare): Generator<undefined, MultivariateAnswer["discrepancy"]> {
  const missing = hasMissing([reference, current]);
  const encoding = fitFeatureEncoding(reference, { categories: "one-hot", missing });
  const then = encodeFeatures(encoding, reference);
  const now = encodeFeatures(encoding, current);
  const bandwidth = medianDistance(then);
  const map = fourierMap(seed, { columns: then.columns, bandwidth });
  yield;
  const blocks = fourierBlocks(map, then);
  yield;
  const squared = fourierDiscrepancyEstimate(blocks, fourierBlocks(map, now));
  yield;
  const test = yield* permutationTest(firstRows(then), firstRows(now), { seed, bandwidth });
  return { squared, p: test?.pValue ?? null, permutations: PERMUTATIONS, bandwidth };
}

function firstRows({ rows, columns, values }: Matrix): Matrix {
  const taken = Math.min(rows, EXACT_ROWS);
  return { rows: taken, columns, values: values.slice(0, taken * columns) };
}

function* classifierOfTables({
  reference,
  current,
  seed,
}: TablesToCompare): Generator<undefined, MultivariateAnswer["classifier"]> {
  const { trees, logistic, importances } = yield* domainClassifier(reference, current, seed);
  return {
    trees,
    logistic,
    importances: importances.slice(0, IMPORTANCES_SHOWN).map(({ feature, loss, error }) => ({
      feature: reference.features[feature]?.name ?? "",
      loss,
      lo: loss - Z95 * error,
      hi: loss + Z95 * error,
    })),
  };
}
