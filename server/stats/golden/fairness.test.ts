import { checkGolden } from "#server/testing/check-golden.ts";
import { type Confusion, precisionRatio, recallRatio } from "../accuracy/confusion-rates.ts";
import type { Estimate } from "../estimate.ts";
import { aucGap } from "../fairness/auc-gap.ts";
import { equalizedOdds, equalizedOddsNullExpectation } from "../fairness/equalized-odds.ts";
import { calibrationGap } from "../fairness/group-calibration.ts";
import { impactRatios, scoringRatios } from "../fairness/impact-ratio.ts";
import { meanGap } from "../fairness/mean-gap.ts";
import {
  demographicParityDifference,
  equalOpportunityDifference,
  falsePositiveRatio,
  predictiveParityDifference,
  rateDifference,
  selectionRatio,
} from "../fairness/rate-difference.ts";
import { katzInterval, rateExtremes, rateRatio } from "../fairness/rate-ratio.ts";
import { trialsToSettleDifference, trialsToSettleRatio } from "../fairness/rows-needed.ts";

interface GroupCounts {
  n: number;
  sel: number;
  pos: number;
  tp: number;
  fp: number;
}

const confusionOf = ({ n, pos, tp, fp }: GroupCounts): Confusion => ({
  tp,
  fp,
  fn: pos - tp,
  tn: n - pos - fp,
});
const decisionsOf = ({ tp, fp, tn, fn }: Confusion) => ({ positive: tp + fp, negative: tn + fn });
const triple = ({ value, interval }: Estimate) => [value, interval?.lo, interval?.hi];
const sides = ({ k1, n1, k0, n0 }: Record<"k1" | "n1" | "k0" | "n0", number>) =>
  [
    { successes: k1, trials: n1 },
    { successes: k0, trials: n0 },
  ] as const;

checkGolden(new URL("./fairness-values.json", import.meta.url), {
  fairness: ({ groups: { A, B } }) => {
    const [a, b] = [confusionOf(A), confusionOf(B)];
    return {
      dpDiff: demographicParityDifference(decisionsOf(b), decisionsOf(a)).value,
      dpRatio: rateRatio(selectionRatio(decisionsOf(b)), selectionRatio(decisionsOf(a))).value,
      eoDiff: equalOpportunityDifference(b, a).value,
      fprDiff: rateDifference(falsePositiveRatio(b), falsePositiveRatio(a)).value,
      equalizedOdds: equalizedOdds(b, a).estimate.value,
      ppvDiff: predictiveParityDifference(b, a).value,
    };
  },
  extremes: ({ groups }) => {
    const found = rateExtremes(groups.map((one: Confusion) => selectionRatio(decisionsOf(one))));
    return { difference: found?.difference, ratio: found?.ratio };
  },
  gaps: ({ group, reference }) => ({
    selection: demographicParityDifference(decisionsOf(group), decisionsOf(reference)).value,
    truePositive: rateDifference(recallRatio(group), recallRatio(reference)).value,
    falsePositive: rateDifference(falsePositiveRatio(group), falsePositiveRatio(reference)).value,
    precision: rateDifference(precisionRatio(group), precisionRatio(reference)).value,
    equalizedOdds: equalizedOdds(group, reference).estimate.value,
  }),
  katz: (counts) => {
    const interval = katzInterval(...sides(counts));
    return [interval?.lo, interval?.hi];
  },
  equalizedOddsInterval: ({ group, reference }) => triple(equalizedOdds(group, reference).estimate).slice(1),
  equalizedOddsNull: ({ group, reference }) => equalizedOddsNullExpectation(group, reference),
  calibrationGap: (bin) => triple(calibrationGap(bin)),
  aucGap: ({ group, reference }) => triple(aucGap(group, reference)),
  meanGap: ({ group, reference }) => triple(meanGap(group, reference)),
  impactRatios: ({ categories, excludeSmall }) =>
    impactRatios(categories, { excludeSmall }).map(({ impactRatio }) => impactRatio),
  scoringRatios: ({ scores }) => scoringRatios(scores).map(({ successes, trials }) => [successes, trials]),
  trialsToSettleDifference: ({ tolerance, ...counts }) =>
    trialsToSettleDifference(...sides(counts), tolerance),
  trialsToSettleRatio: (counts) => trialsToSettleRatio(...sides(counts)),
});
