import { scoreBin } from "#server/windows/score-grid.ts";
import type { BinaryOutput, MulticlassOutput, OutputSummary, Summary } from "#server/windows/summary.ts";

/** What a group's rows add up to in a stretch of time. All sums, so that blocks can be added and taken out. */
export interface GroupTally {
  readonly predictions: number;
  readonly labelled: number;
  readonly selected: number;
  readonly decided: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
  readonly right: number;
  readonly judged: number;
  /** Labelled rows with the outcome, and without it. */
  readonly happened: number;
  readonly happenedNot: number;
  /** Labelled rows with a probability. */
  readonly scored: number;
  readonly scoredHappened: number;
  readonly probability: number;
  readonly errors: number;
  readonly error: number;
  readonly absoluteError: number;
  readonly squaredError: number;
}

const EMPTY_TALLY: GroupTally = {
  predictions: 0,
  labelled: 0,
  selected: 0,
  decided: 0,
  tp: 0,
  fp: 0,
  tn: 0,
  fn: 0,
  right: 0,
  judged: 0,
  happened: 0,
  happenedNot: 0,
  scored: 0,
  scoredHappened: 0,
  probability: 0,
  errors: 0,
  error: 0,
  absoluteError: 0,
  squaredError: 0,
};
const KEYS = Object.keys(EMPTY_TALLY).filter((key): key is keyof GroupTally => key in EMPTY_TALLY);

export function addTallies(tallies: readonly GroupTally[]): GroupTally {
  return tallies.reduce((sum, one) => combine(sum, one, 1), EMPTY_TALLY);
}

export function withoutTally(whole: GroupTally, part: GroupTally): GroupTally {
  return combine(whole, part, -1);
}

function combine(a: GroupTally, b: GroupTally, sign: 1 | -1): GroupTally {
  const sum: { -readonly [K in keyof GroupTally]: number } = { ...a };
  for (const key of KEYS) sum[key] += sign * b[key];
  return sum;
}

/** Which outcome is looked at, and where decisions are made if not where they were. */
export interface TallyView {
  readonly outcome: string;
  readonly threshold: number | null;
}

export function tallyOf(summary: Summary, classes: readonly string[], view: TallyView): GroupTally {
  const { predictions, labelled } = summary;
  return { ...EMPTY_TALLY, predictions, labelled, ...outputTally(summary.output, classes, view) };
}

function outputTally(
  output: OutputSummary,
  classes: readonly string[],
  view: TallyView,
): Partial<GroupTally> {
  if (output.kind === "binary") return binaryTally(output, view);
  if (output.kind === "multiclass") return classTally(output, classes.indexOf(view.outcome));
  if (output.kind === "ranking") return {};
  const { error, absoluteError, squaredError } = output;
  return {
    errors: error.n,
    error: error.n * error.mean,
    absoluteError: absoluteError.n * absoluteError.mean,
    squaredError: squaredError.n * squaredError.mean,
  };
}

export const NEGATIVE = "negative";

function binaryTally(output: BinaryOutput, { outcome, threshold }: TallyView): Partial<GroupTally> {
  const decided = threshold === null ? output : decidedAt(output, threshold);
  const { confusion, decisions } = decided;
  const probability = output.calibration.reduce((sum, part) => sum + part, 0);
  const positives = output.positives.reduce((sum, count) => sum + count, 0);
  const scored = positives + output.negatives.reduce((sum, count) => sum + count, 0);
  const right = confusion.tp + confusion.tn;
  const rest = {
    decided: decisions.positive + decisions.negative,
    right,
    judged: right + confusion.fp + confusion.fn,
    scored,
  };
  if (outcome !== NEGATIVE)
    return {
      ...rest,
      ...confusion,
      selected: decisions.positive,
      happened: output.labels.positive,
      happenedNot: output.labels.negative,
      scoredHappened: positives,
      probability,
    };
  return {
    ...rest,
    tp: confusion.tn,
    fp: confusion.fn,
    tn: confusion.tp,
    fn: confusion.fp,
    selected: decisions.negative,
    happened: output.labels.negative,
    happenedNot: output.labels.positive,
    scoredHappened: scored - positives,
    probability: scored - probability,
  };
}

/** Thresholds between two edges of the score grid count from the edge below. */
function decidedAt(output: BinaryOutput, threshold: number): Pick<BinaryOutput, "confusion" | "decisions"> {
  const cut = scoreBin(threshold);
  const above = (counts: Float64Array): number => counts.subarray(cut).reduce((sum, count) => sum + count, 0);
  const below = (counts: Float64Array): number =>
    counts.subarray(0, cut).reduce((sum, count) => sum + count, 0);
  const { positives, negatives, scores } = output;
  return {
    confusion: {
      tp: above(positives),
      fn: below(positives),
      fp: above(negatives),
      tn: below(negatives),
    },
    decisions: { positive: above(scores), negative: below(scores) },
  };
}

/** One class against all others. */
function classTally(output: MulticlassOutput, index: number): Partial<GroupTally> {
  const side = Math.round(Math.sqrt(output.confusion.length));
  const sums = { judged: 0, right: 0, actual: 0, predicted: 0 };
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const count = output.confusion[row * side + column] ?? 0;
      sums.judged += count;
      if (row === column) sums.right += count;
      if (row === index) sums.actual += count;
      if (column === index) sums.predicted += count;
    }
  }
  const tp = index < 0 ? 0 : (output.confusion[index * side + index] ?? 0);
  const decided = output.predicted.reduce((sum, count) => sum + count, 0);
  return {
    decided,
    selected: index < 0 ? 0 : (output.predicted[index] ?? 0),
    tp,
    fp: sums.predicted - tp,
    fn: sums.actual - tp,
    tn: sums.judged - sums.predicted - sums.actual + tp,
    right: sums.right,
    judged: sums.judged,
    happened: sums.actual,
    happenedNot: sums.judged - sums.actual,
  };
}
