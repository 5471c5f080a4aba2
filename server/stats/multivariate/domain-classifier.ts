import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";
import { type BinnedFeature, type BinnedTable, binFeatures } from "./binned-features.ts";
import { type BoostedTrees, boostedScores, growBoostedTrees, usedFeatures } from "./boosted-trees.ts";
import { encodeFeatures, fitFeatureEncoding, hasMissing } from "./encode-features.ts";
import { type FeatureTable, joinTables, type Matrix } from "./feature-table.ts";
import { fitLogistic, logisticScores } from "./logistic-regression.ts";
import { scoreAuc } from "./score-auc.ts";
import { meanOf } from "./welch-difference.ts";

/** How much a feature helps to tell the sides apart. */
export interface FeatureImportance {
  /** Index of the feature. */
  readonly feature: number;
  /** AUC that is lost when the feature's values are shuffled among held-out rows, mean over folds. */
  readonly loss: number;
  /** Standard error of the mean over folds. */
  readonly error: number;
}

export interface DomainClassification {
  /** Held-out AUC of boosted trees: sees shifts, shapes, and combinations of features. */
  readonly trees: Estimate;
  /** Held-out AUC of logistic regression: sees shifts of means only. */
  readonly logistic: Estimate;
  /** Of the trees, the most important first; features that lose nothing are left out. */
  readonly importances: readonly FeatureImportance[];
}

/** Folds of the cross-validation. */
export const DOMAIN_FOLDS = 5;
/** Fewer rows than this on a side are too few to train on. */
export const DOMAIN_ROWS_MIN = 200;
const ONE_HOT_COLUMNS_MAX = 64;

interface Domains {
  readonly binned: BinnedTable;
  readonly matrix: Matrix;
  readonly isCurrent: Uint8Array;
  readonly foldOf: Uint8Array;
  readonly next: () => number;
}

interface FoldResult {
  readonly trees: ReturnType<typeof scoreAuc>;
  readonly logistic: ReturnType<typeof scoreAuc>;
  readonly losses: ReadonlyMap<number, number>;
}

/**
 * Can a classifier tell current rows from reference rows? Five-fold cross-validated AUC of two classifiers, and the
 * features that give the sides away.
 *
 * 0.5 when nothing differs (held-out, so no fit of noise can lift it), 1 when every row gives itself away. The AUC is
 * the mean over folds; its variance that of the folds' held-out areas (DeLong within each fold, folds are disjoint), as
 * LeDell, Petersen and van der Laan 2015; the interval is on the logit scale. The two classifiers are fixed beforehand:
 * nothing is chosen by looking. An importance is the loss of held-out AUC when one feature is shuffled, so a feature
 * that matters only together with another counts too; two copies of one feature share it.
 *
 * A side without rows: `EMPTY`. Fewer than 200 rows a side: `LOW_N` without a value. No feature: `UNDEFINED`. Rows are
 * taken as independent; the seed decides folds and shuffles. A generator that yields after each small step.
 *
 * @example domainClassifier({ rows: 0, features: [] }, { rows: 0, features: [] }, "seed").next().done // true
 * @example runToEnd(domainClassifier({ rows: 0, features: [] }, { rows: 0, features: [] }, "seed")).trees.status // "EMPTY"
 */
export function* domainClassifier(
  reference: FeatureTable,
  current: FeatureTable,
  seed: string,
): Generator<undefined, DomainClassification> {
  const nothing = (estimate: Estimate) => ({ trees: estimate, logistic: estimate, importances: [] });
  if (reference.rows === 0 || current.rows === 0) return nothing(EMPTY);
  if (Math.min(reference.rows, current.rows) < DOMAIN_ROWS_MIN) {
    return nothing({ value: null, interval: null, status: "LOW_N" });
  }
  if (reference.features.length === 0) return nothing(UNDEFINED);
  const domains = yield* prepare(reference, current, seed);
  const folds: FoldResult[] = [];
  for (let fold = 0; fold < DOMAIN_FOLDS; fold++) folds.push(yield* runFold(domains, fold));
  return {
    trees: foldedAuc(folds.map(({ trees }) => trees)),
    logistic: foldedAuc(folds.map(({ logistic }) => logistic)),
    importances: meanLosses(folds),
  };
}

/**
 * Mean AUC of disjoint held-out folds with an interval: variance Σ v_k ÷ K², on the logit scale; where that has no
 * width (0 or 1), Wilson's over the folds' rows is not known, so 200 rows are taken.
 *
 * Folds without both classes are left out; none left: `UNDEFINED`.
 *
 * @example foldedAuc([{ auc: 0.7, variance: 0.0004 }, { auc: 0.8, variance: 0.0004 }]).value // 0.75
 */
export function foldedAuc(
  folds: ReadonlyArray<{ readonly auc: number; readonly variance: number | null } | null>,
  level = DEFAULT_LEVEL,
): Estimate {
  const known = folds.flatMap((fold) => (fold === null ? [] : [fold]));
  if (known.length === 0) return UNDEFINED;
  const value = known.reduce((sum, { auc }) => sum + auc, 0) / known.length;
  const variance = known.reduce((sum, fold) => sum + (fold.variance ?? 0), 0) / known.length ** 2;
  const interval =
    logitInterval(value, Math.sqrt(variance), "folds-delong-logit", level) ??
    wilsonInterval(value * DOMAIN_ROWS_MIN, DOMAIN_ROWS_MIN, level);
  return { value, interval, status: "OK" };
}

function* prepare(
  reference: FeatureTable,
  current: FeatureTable,
  seed: string,
): Generator<undefined, Domains> {
  const both = joinTables(reference, current);
  const next = seededGenerator(`domain/${seed}`);
  const isCurrent = new Uint8Array(both.rows).fill(1, reference.rows);
  const foldOf = new Uint8Array(both.rows);
  foldOf.set(shuffledFolds(reference.rows, next));
  foldOf.set(shuffledFolds(current.rows, next), reference.rows);
  yield;
  const features: BinnedFeature[] = [];
  for (const column of both.features) {
    features.push(...binFeatures({ rows: both.rows, features: [column] }).features);
    yield;
  }
  const binned = { rows: both.rows, features };
  return { binned, matrix: linearMatrix(both), isCurrent, foldOf, next };
}

/** One-hot while that is narrow: the cost of a linear fit grows with the square of its columns. */
function linearMatrix(table: FeatureTable): Matrix {
  const oneHot = fitFeatureEncoding(table, { categories: "one-hot", missing: hasMissing([table]) });
  const isNarrow = oneHot.columns.length <= ONE_HOT_COLUMNS_MAX;
  const encoding = isNarrow ? oneHot : fitFeatureEncoding(table, { categories: "frequency" });
  return encodeFeatures(encoding, table);
}

/** Folds of sizes that differ by one at most, in random order. */
function shuffledFolds(rows: number, next: () => number): Uint8Array {
  const folds = Uint8Array.from({ length: rows }, (_, row) => row % DOMAIN_FOLDS);
  for (let last = rows - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const kept = folds[last] ?? 0;
    folds[last] = folds[other] ?? 0;
    folds[other] = kept;
  }
  return folds;
}

function* runFold(domains: Domains, fold: number): Generator<undefined, FoldResult> {
  const { binned, matrix, isCurrent, foldOf } = domains;
  const rows = Array.from(foldOf.keys());
  const train = rows.filter((row) => foldOf[row] !== fold);
  const test = rows.filter((row) => foldOf[row] === fold);
  const truth = test.map((row) => isCurrent[row] ?? 0);
  const sides = train.map((row) => isCurrent[row] ?? 0);
  const linear = yield* fitLogistic(takeRows(matrix, train), sides);
  const logistic = scoreAuc(logisticScores(linear, takeRows(matrix, test)), truth);
  const model = yield* growBoostedTrees(binned, isCurrent, train);
  const trees = scoreAuc(boostedScores(model, binned, test), truth);
  const losses = yield* lossesOf(domains, model, { test, truth, auc: trees?.auc ?? 0.5 });
  return { trees, logistic, losses };
}

function* lossesOf(
  { binned, next }: Domains,
  model: BoostedTrees,
  held: { readonly test: readonly number[]; readonly truth: readonly number[]; readonly auc: number },
): Generator<undefined, Map<number, number>> {
  const losses = new Map<number, number>();
  const shuffled = [...held.test];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? 0, shuffled[last] ?? 0];
  }
  for (const feature of usedFeatures(model)) {
    const scores = boostedScores(model, binned, held.test, { feature, rows: shuffled });
    losses.set(feature, held.auc - (scoreAuc(scores, held.truth)?.auc ?? held.auc));
    yield;
  }
  return losses;
}

function meanLosses(folds: readonly FoldResult[]): FeatureImportance[] {
  const features = new Set(folds.flatMap(({ losses }) => [...losses.keys()]));
  return [...features]
    .map((feature) => {
      const { n, mean, m2 } = meanOf(folds.map(({ losses }) => losses.get(feature) ?? 0));
      return { feature, loss: mean, error: Math.sqrt(m2 / (n - 1) / n) };
    })
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss || a.feature - b.feature);
}

function takeRows({ columns, values }: Matrix, rows: readonly number[]): Matrix {
  const taken = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    taken.set(values.subarray(row * columns, (row + 1) * columns), index * columns);
  });
  return { rows: rows.length, columns, values: taken };
}
