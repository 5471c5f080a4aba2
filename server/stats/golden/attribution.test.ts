import { checkGolden, type GoldenInputs } from "#server/testing/check-golden.ts";
import { rocAuc, type ScoredLabels } from "../accuracy/roc-auc.ts";
import { blockVariances } from "../attribution/block-variances.ts";
import { conceptCovariate } from "../attribution/concept-covariate.ts";
import { leaveOneGroupOut } from "../attribution/leave-one-group-out.ts";
import { mixWithin } from "../attribution/mix-within.ts";
import { recalibrationLine } from "../attribution/recalibration-line.ts";
import { scoreShift } from "../attribution/score-shift.ts";
import { shapleyValues } from "../attribution/shapley.ts";
import { effectVariance } from "../attribution/shrunken-effects.ts";
import { logExcessEvidence } from "../attribution/slice-evidence.ts";
import { worstSlices } from "../attribution/worst-slices.ts";

const area = (scored: ScoredLabels): number | null => rocAuc(scored)?.auc ?? null;
const half = (counts: Float64Array): ScoredLabels => ({
  positives: counts.slice(0, counts.length / 2),
  negatives: counts.slice(counts.length / 2),
});
const joined = ({ positives, negatives }: GoldenInputs): number[] => [...positives, ...negatives];

checkGolden(new URL("./attribution-values.json", import.meta.url), {
  mixWithin: ({ w0, w1, r0, r1 }) => {
    const groups = w0.map((share: number, index: number) => ({
      before: { n: share, mean: r0[index], m2: 0 },
      after: { n: w1[index], mean: r1[index], m2: 0 },
    }));
    const found = mixWithin(groups);
    return { total: found?.change, mix: found?.mix, within: found?.within };
  },
  leaveOneGroupOut: ({ groups }) => {
    const counts = groups.map(({ before, after }: GoldenInputs) => ({
      before: joined(before),
      after: joined(after),
    }));
    const found = leaveOneGroupOut(counts, (all) => area(half(all)));
    return { change: found?.change, effects: found?.effects };
  },
  shapley: ({ values }) => shapleyValues(4, (coalition) => values[coalition])?.values,
  scoreShift: ({ before, after }) => {
    const found = scoreShift(before, after, area);
    return { change: found?.change, scores: found?.scores, labels: found?.labels };
  },
  conceptCovariate: ({ cells }) => conceptCovariate(cells),
  effectVariance: ({ effects, errors }) =>
    effectVariance(
      effects.map((effect: number, index: number) => ({ effect, standardError: errors[index] })),
    ),
  recalibrationLine: ({ bins }) => recalibrationLine(bins),
  worstSlice: ({ all, slice }) => {
    const [found] = worstSlices(all, [{ loss: slice }]).findings;
    const { excess, standardError, lower, effectSize, logEvidence } = found ?? {};
    return { excess, standardError, lower, effectSize, logEvidence };
  },
  logExcessEvidence: ({ z }) => logExcessEvidence(z),
  blockVariances: ({ before, after }) => {
    const blocks = (rows: number[][]) => rows.map((row) => Float64Array.from(row));
    const ratio = (counts: Float64Array) => (counts[0] ?? 0) / (counts[1] ?? 0);
    const sides = { before: blocks(before), after: blocks(after) };
    return blockVariances(sides, (first, second) => [ratio(second) - ratio(first)]);
  },
});
