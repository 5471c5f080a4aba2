import type { FairnessCriterion } from "#server/api/contracts/fairness.ts";
import { equalWidthBins } from "#server/metrics/calibration-bins.ts";
import { type GroupTally, NEGATIVE } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { Task } from "#server/models/schema.ts";
import type { CalibrationBin } from "#server/stats/accuracy/calibration-error.ts";
import type { Ratio } from "#server/stats/accuracy/confusion-rates.ts";
import { classTotals, rocAuc, type ScoredLabels } from "#server/stats/accuracy/roc-auc.ts";
import type { Estimate } from "#server/stats/estimate.ts";
import { aucGap } from "#server/stats/fairness/auc-gap.ts";
import { equalizedOdds } from "#server/stats/fairness/equalized-odds.ts";
import { CALIBRATION_TOLERANCE, RATE_TOLERANCE } from "#server/stats/fairness/gap-verdict.ts";
import { calibrationGap } from "#server/stats/fairness/group-calibration.ts";
import { meanGap } from "#server/stats/fairness/mean-gap.ts";
import { rateDifference } from "#server/stats/fairness/rate-difference.ts";
import { rateRatio } from "#server/stats/fairness/rate-ratio.ts";
import { type MeanMoments, meanStandardError } from "#server/stats/uncertainty/mean-interval.ts";

export const CALIBRATION_GROUP_BINS = 5;
/** Errors have the label's unit, so what is a small gap is told by how large errors are anyway. */
const ERROR_TOLERANCE = 0.1;

/** A statistic of both groups that blocks of time can be taken out of, and its variance if rows were independent. */
export interface GapPart {
  readonly statistic: (group: GroupTally, reference: GroupTally) => number;
  readonly variance: (group: GroupNumbers, reference: GroupNumbers) => number;
}

/** How one criterion is computed. */
export interface CriterionRule {
  readonly criterion: FairnessCriterion;
  readonly tasks: readonly Task[];
  readonly needsLabels: boolean;
  /** The four-fifths rule, instead of a tolerance. */
  readonly isRatio: boolean;
  /** Its own reference too has a gap: to the truth, not to another group. */
  readonly isAbsolute: boolean;
  /** The rate that is compared, where it is one. */
  readonly rate: ((tally: GroupTally) => Ratio) | null;
  tolerance(reference: GroupNumbers): number | null;
  /** Usable rows, and the smallest denominator among them. */
  size(group: GroupNumbers, outcome: string): { rows: number; events: number };
  own(group: GroupNumbers, outcome: string): number | null;
  estimate(group: GroupNumbers, reference: GroupNumbers, asked: EstimateOptions): Estimate;
  readonly parts: readonly GapPart[];
  /** The gap in one window, from sums alone; null for what needs more, such as an area under a curve. */
  readonly inWindow: ((group: GroupTally, reference: GroupTally) => Estimate) | null;
}

export interface EstimateOptions {
  readonly outcome: string;
  readonly designEffect: number;
}

const CLASSIFIED: readonly Task[] = ["binary", "multiclass"];

const selectionOf = ({ selected, decided }: GroupTally): Ratio => ({ successes: selected, trials: decided });
const recallOf = ({ tp, fn }: GroupTally): Ratio => ({ successes: tp, trials: tp + fn });
const falseAlarmsOf = ({ fp, tn }: GroupTally): Ratio => ({ successes: fp, trials: fp + tn });
const precisionOf = ({ tp, fp }: GroupTally): Ratio => ({ successes: tp, trials: tp + fp });
const accuracyOf = ({ right, judged }: GroupTally): Ratio => ({ successes: right, trials: judged });

const share = ({ successes, trials }: Ratio): number => successes / trials;
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** With half a success and half a failure, so that 0 of n has a variance. */
function bernoulliVariance({ successes, trials }: Ratio): number {
  const smoothed = (successes + 0.5) / (trials + 1);
  return (smoothed * (1 - smoothed)) / trials;
}

function differencePart(rate: (tally: GroupTally) => Ratio): GapPart {
  return {
    statistic: (group, reference) => share(rate(group)) - share(rate(reference)),
    variance: (group, reference) =>
      bernoulliVariance(rate(group.whole)) + bernoulliVariance(rate(reference.whole)),
  };
}

function rateRule(
  criterion: FairnessCriterion,
  rate: (tally: GroupTally) => Ratio,
  rowsOf: (tally: GroupTally) => number,
): CriterionRule {
  return {
    criterion,
    tasks: CLASSIFIED,
    needsLabels: true,
    isRatio: false,
    isAbsolute: false,
    rate,
    tolerance: () => RATE_TOLERANCE,
    size: ({ whole }) => ({ rows: rowsOf(whole), events: rate(whole).trials }),
    own: ({ whole }) => orNull(share(rate(whole))),
    estimate: (group, reference, { designEffect }) =>
      rateDifference(rate(group.whole), rate(reference.whole), {
        designEffect,
        rows: { group: rowsOf(group.whole), reference: rowsOf(reference.whole) },
      }),
    parts: [differencePart(rate)],
    inWindow: (group, reference) =>
      rateDifference(rate(group), rate(reference), {
        rows: { group: rowsOf(group), reference: rowsOf(reference) },
      }),
  };
}

const decidedRows = ({ decided }: GroupTally): number => decided;
const judgedRows = ({ judged }: GroupTally): number => judged;

const selectionDifference: CriterionRule = {
  ...rateRule("selection_difference", selectionOf, decidedRows),
  needsLabels: false,
};

const selectionRatio: CriterionRule = {
  ...selectionDifference,
  criterion: "selection_ratio",
  isRatio: true,
  tolerance: () => null,
  estimate: (group, reference, { designEffect }) =>
    rateRatio(selectionOf(group.whole), selectionOf(reference.whole), { designEffect }),
  parts: [
    {
      statistic: (group, reference) =>
        Math.log(share(selectionOf(group))) - Math.log(share(selectionOf(reference))),
      variance: (group, reference) => logVariance(group) + logVariance(reference),
    },
  ],
  inWindow: (group, reference) => rateRatio(selectionOf(group), selectionOf(reference)),
};

function logVariance({ whole }: GroupNumbers): number {
  const { successes, trials } = selectionOf(whole);
  return 1 / (successes + 0.5) - 1 / (trials + 1);
}

const equalizedOddsRule: CriterionRule = {
  ...rateRule("equalized_odds", recallOf, judgedRows),
  rate: null,
  size: ({ whole }) => ({
    rows: whole.judged,
    events: Math.min(recallOf(whole).trials, falseAlarmsOf(whole).trials),
  }),
  own: () => null,
  estimate: (group, reference, { designEffect }) =>
    equalizedOdds(group.whole, reference.whole, { designEffect }).estimate,
  parts: [differencePart(recallOf), differencePart(falseAlarmsOf)],
  inWindow: (group, reference) => equalizedOdds(group, reference).estimate,
};

/** Five bins of probability, of the outcome that is looked at. */
export function calibrationBinsOf(group: GroupNumbers, outcome: string): CalibrationBin[] {
  const bins = equalWidthBins(group.scored, CALIBRATION_GROUP_BINS);
  if (outcome !== NEGATIVE) return bins;
  return bins.reverse().map(({ rows, probability, positives }) => ({
    rows,
    probability: rows - probability,
    positives: rows - positives,
  }));
}

const calibrationRatio = ({ scoredHappened, scored }: GroupTally): Ratio => ({
  successes: scoredHappened,
  trials: scored,
});

const calibration: CriterionRule = {
  ...rateRule("calibration", calibrationRatio, ({ scored }) => scored),
  tasks: ["binary"],
  rate: null,
  isAbsolute: true,
  tolerance: () => CALIBRATION_TOLERANCE,
  own: ({ whole }) => orNull((whole.scoredHappened - whole.probability) / whole.scored),
  estimate: ({ whole }, _reference, { designEffect }) =>
    calibrationGap(
      { rows: whole.scored, probability: whole.probability, positives: whole.scoredHappened },
      { designEffect },
    ),
  parts: [
    {
      statistic: ({ scoredHappened, probability, scored }) => (scoredHappened - probability) / scored,
      variance: ({ whole }) => bernoulliVariance(calibrationRatio(whole)),
    },
  ],
  inWindow: ({ scored, probability, scoredHappened }) =>
    calibrationGap({ rows: scored, probability, positives: scoredHappened }),
};

function rankedBy({ scored }: GroupNumbers, outcome: string): ScoredLabels {
  if (outcome !== NEGATIVE) return scored;
  return { positives: scored.negatives.toReversed(), negatives: scored.positives.toReversed() };
}

const auc: CriterionRule = {
  ...rateRule("auc", calibrationRatio, ({ scored }) => scored),
  tasks: ["binary"],
  rate: null,
  size: (group) => {
    const { positives, negatives } = classTotals(group.scored);
    return { rows: positives + negatives, events: Math.min(positives, negatives) };
  },
  own: (group, outcome) => rocAuc(rankedBy(group, outcome))?.auc ?? null,
  estimate: (group, reference, { outcome }) => aucGap(rankedBy(group, outcome), rankedBy(reference, outcome)),
  parts: [],
  inWindow: null,
};

/** Errors and their sizes have the same squares. */
function momentsOf(tally: GroupTally, which: "error" | "absoluteError"): MeanMoments {
  const { errors, squaredError } = tally;
  const mean = errors > 0 ? tally[which] / errors : 0;
  return { n: errors, mean, m2: Math.max(0, squaredError - errors * mean * mean) };
}

function errorRule(criterion: FairnessCriterion, which: "error" | "absoluteError"): CriterionRule {
  return {
    ...rateRule(criterion, accuracyOf, ({ errors }) => errors),
    tasks: ["regression"],
    rate: null,
    tolerance: ({ absoluteError }) =>
      absoluteError.n > 0 ? orNull(ERROR_TOLERANCE * absoluteError.mean) : null,
    size: ({ whole }) => ({ rows: whole.errors, events: whole.errors }),
    own: (group) => (group[which].n > 0 ? orNull(group[which].mean) : null),
    estimate: (group, reference, { designEffect }) =>
      meanGap(group[which], reference[which], { designEffect }),
    parts: [
      {
        statistic: (group, reference) => group[which] / group.errors - reference[which] / reference.errors,
        variance: (group, reference) =>
          (meanStandardError(group[which]) ?? 0) ** 2 + (meanStandardError(reference[which]) ?? 0) ** 2,
      },
    ],
    inWindow: (group, reference) => meanGap(momentsOf(group, which), momentsOf(reference, which)),
  };
}

/** In the order in which they are offered; the first that a task knows is its default. */
export const CRITERION_RULES: readonly CriterionRule[] = [
  selectionRatio,
  selectionDifference,
  rateRule("equal_opportunity", recallOf, judgedRows),
  equalizedOddsRule,
  rateRule("predictive_parity", precisionOf, judgedRows),
  calibration,
  auc,
  rateRule("accuracy", accuracyOf, judgedRows),
  errorRule("absolute_error", "absoluteError"),
  errorRule("mean_error", "error"),
];

export function rulesFor(task: Task): CriterionRule[] {
  return CRITERION_RULES.filter(({ tasks }) => tasks.includes(task));
}
