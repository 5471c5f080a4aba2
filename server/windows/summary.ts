/**
 * The mergeable state of a window. Everything that a page shows is computed from these; rows are never needed again.
 * Windows are stored flat (`tally.ts`) and read into this form by `read-summaries.ts`; `merge.ts` adds two of them
 * (associative, commutative, with identity).
 */

/** Mean and spread of what labels made known; a changed label is taken out again, so no minimum or maximum. */
export interface Spread {
  readonly n: number;
  /** 0 when n is 0. */
  readonly mean: number;
  /** Sum of squared deviations from the mean (Chan, Golub, LeVeque). */
  readonly m2: number;
}

export interface Moments extends Spread {
  /** Infinity when n is 0. */
  readonly min: number;
  /** −Infinity when n is 0. */
  readonly max: number;
}

export interface FeatureSummary {
  /** Counts by fine bin of the layout (dense while in memory); categories: named ones, `other`, `new`. */
  readonly counts: Float64Array;
  /** Rows that lacked the key, said null, sent something unusable for the type, or sent text that was read as a number. */
  readonly absent: number;
  readonly nulls: number;
  readonly invalid: number;
  readonly coerced: number;
  /** Numbers outside the reference's range. */
  readonly outOfRange: number;
  /** Numbers only; n = 0 for categories. Not kept by segment: n = 0 there. */
  readonly moments: Moments;
  /** The heaviest values in the bin `new`, value → count (Misra–Gries, at most 16). Not kept by segment. */
  readonly newValues: ReadonlyMap<string, number>;
}

/** Score bins: one fixed grid for all models, finer near 0 and 1 (see `score-grid.ts`). */
export interface BinaryOutput {
  readonly kind: "binary";
  /** Every prediction with a probability, by score bin. */
  readonly scores: Float64Array;
  readonly probability: Moments;
  /** Labelled predictions with a probability, by score bin and label. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** Sum of the labelled predictions' probabilities in 20 equal bins of width 0.05 (to 5e-7 a row): exact mean scores for calibration. */
  readonly calibration: Float64Array;
  /** Labelled predictions with a decision (logged, else made at the threshold). */
  readonly confusion: { readonly tp: number; readonly fp: number; readonly tn: number; readonly fn: number };
  /** All decisions, labelled or not. */
  readonly decisions: { readonly positive: number; readonly negative: number };
  readonly logLoss: Spread;
  readonly brier: Spread;
  /** Labelled rows whose probability was clipped for the log loss. */
  readonly clipped: number;
  readonly labels: { readonly positive: number; readonly negative: number; readonly unreadable: number };
}

export interface MulticlassOutput {
  readonly kind: "multiclass";
  /** Predicted classes by index in layout.classes; one more for everything else. */
  readonly predicted: Float64Array;
  /** Row-major [actual × predicted], side classes.length + 1; labelled predictions with a decision. */
  readonly confusion: Float64Array;
  readonly logLoss: Spread;
  readonly brier: Spread;
  readonly clipped: number;
  readonly unreadable: number;
}

export interface RegressionOutput {
  readonly kind: "regression";
  /** All predicted values on the layout's output bins. */
  readonly predicted: Float64Array;
  readonly value: Moments;
  /** Labelled: error e = prediction − label. */
  readonly error: Spread;
  readonly absoluteError: Spread;
  readonly squaredError: Spread;
  readonly label: Spread;
  /** Labelled errors on the fixed symmetric logarithmic grid (`log-grid.ts`). */
  readonly residuals: Float64Array;
  readonly unreadable: number;
}

export interface RankingOutput {
  readonly kind: "ranking";
  readonly lists: number;
  /** Labelled lists, those without a relevant item left out of these two (`list-scores.ts`). */
  readonly normalisedGain: Spread;
  readonly averagePrecision: Spread;
  /** All labelled lists: without a relevant item both are 0. */
  readonly reciprocalRank: Spread;
  readonly precision: Spread;
  readonly withoutRelevant: number;
  readonly unreadable: number;
}

export type OutputSummary = BinaryOutput | MulticlassOutput | RegressionOutput | RankingOutput;

export interface Summary {
  readonly predictions: number;
  /** Predictions with a label that could be read. */
  readonly labelled: number;
  /** Labels by how long after the prediction they came (`label-ages.ts`). Not kept by segment, nor by windows that were stored before ages were. */
  readonly labelAges: Float64Array;
  /** Not kept by segment: Infinity and −Infinity there, as in an empty summary. */
  readonly firstTs: number;
  readonly lastTs: number;
  /** In the order of layout.features, always all of them; one that was not picked is empty. */
  readonly features: readonly FeatureSummary[];
  readonly output: OutputSummary;
  /** Latency in milliseconds: counts on the latency grid and moments. */
  readonly latency: { readonly counts: Float64Array; readonly moments: Moments };
}
