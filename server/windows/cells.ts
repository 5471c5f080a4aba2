/**
 * Where each count of a summary lives in its flat form: `block × 16,384 + cell`. Numbers never move when a layout
 * grows, so the newest layout reads older windows.
 */
export const CELLS_A_BLOCK = 16_384;

export function cellKey(block: number, cell: number): number {
  return block * CELLS_A_BLOCK + cell;
}
export function blockOf(key: number): number {
  return Math.floor(key / CELLS_A_BLOCK);
}
export function cellOf(key: number): number {
  return key % CELLS_A_BLOCK;
}

export const BLOCK = {
  counters: 0,
  scores: 1,
  positives: 2,
  negatives: 3,
  latency: 4,
  predictedValue: 5,
  residuals: 6,
  predictedClass: 7,
  confusion: 8,
  calibration: 9,
  /** `label-ages.ts`; of whole windows only, not of segments. */
  labelAges: 10,
} as const;

const FIRST_FEATURE_BLOCK = 16;

export function featureBlock(featureIndex: number): number {
  return FIRST_FEATURE_BLOCK + featureIndex;
}
/** Negative for blocks that belong to no feature. */
export function featureOfBlock(block: number): number {
  return block - FIRST_FEATURE_BLOCK;
}

export const COUNTER = {
  predictions: 0,
  labelled: 1,
  /** Labelled rows behind the sums of loss or error. */
  scored: 2,
  decidedPositive: 3,
  decidedNegative: 4,
  truePositive: 5,
  falsePositive: 6,
  trueNegative: 7,
  falseNegative: 8,
  clipped: 9,
  labelPositive: 10,
  labelNegative: 11,
  labelUnreadable: 12,
  lists: 13,
  /** Of the scored lists, those whose label names no relevant item: they have no gain and no average precision. */
  withoutRelevant: 14,
} as const;

/**
 * Cells of a feature that are no bins. Absence is not counted: it is what the predictions leave over, and so the
 * same whether the window or the feature was known first.
 */
export const FEATURE_CELL = {
  nulls: 1,
  invalid: 2,
  coerced: 3,
  outOfRange: 4,
  other: 5,
  unseen: 6,
  firstBin: 8,
} as const;

/** Row-major [actual × predicted]; whatever is no class of the layout has index OTHER_CLASS. */
export const CONFUSION_SIDE = 128;
export const OTHER_CLASS = 127;

/** Sums of probabilities are whole numbers of this part of 1: exact under any order of adding and taking out. */
export const CALIBRATION_UNIT = 2 ** -20;

/** Slots of a tally's moments. */
export const MOMENT_SLOT = { output: 0, latency: 1, firstFeature: 2 } as const;

/** The slot of a block's moments; −1 where it has none. */
export function momentSlotOf(block: number): number {
  if (block >= FIRST_FEATURE_BLOCK) return MOMENT_SLOT.firstFeature + featureOfBlock(block);
  if (block === BLOCK.latency) return MOMENT_SLOT.latency;
  return block === BLOCK.scores || block === BLOCK.predictedValue ? MOMENT_SLOT.output : -1;
}

/** Slots of a tally's exact sums: of losses for classifiers, of errors for regression, of what each list is worth for ranking. */
export const LOSS_SUM = { logLoss: 0, logLossSquared: 1, brier: 2, brierSquared: 3 } as const;
export const ERROR_SUM = {
  error: 0,
  errorSquared: 1,
  absolute: 2,
  errorFourth: 3,
  label: 4,
  labelSquared: 5,
} as const;
export const LIST_SUM = {
  normalisedGain: 0,
  normalisedGainSquared: 1,
  averagePrecision: 2,
  averagePrecisionSquared: 3,
  reciprocalRank: 4,
  reciprocalRankSquared: 5,
  precision: 6,
  precisionSquared: 7,
} as const;
/** A sum is a pair of numbers (`exact-sum.ts`); a task uses no more of them than its slots. */
export const MOST_SUMS = 8;
