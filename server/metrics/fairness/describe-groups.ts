import type { RatePoint } from "#server/api/contract.ts";
import type { FairnessAnswer, FairnessGap, FairnessGroup } from "#server/api/contracts/fairness.ts";
import {
  CALIBRATION_GROUP_BINS,
  type CriterionRule,
  calibrationBinsOf,
} from "#server/metrics/fairness/criteria.ts";
import type { Compared, MeasuredGap } from "#server/metrics/fairness/group-gap.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import { toleranceVerdict } from "#server/stats/fairness/gap-verdict.ts";
import { calibrationGap } from "#server/stats/fairness/group-calibration.ts";
import { GROUP_ROWS_SHOWN_MIN, groupStanding } from "#server/stats/fairness/group-size.ts";
import { rateDifference } from "#server/stats/fairness/rate-difference.ts";
import { rateExtremes } from "#server/stats/fairness/rate-ratio.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";

const COVERAGE_TOLERANCE = 0.05;

export function groupOf(
  numbers: GroupNumbers,
  measured: readonly MeasuredGap[],
  held: ReadonlyMap<FairnessGap, FairnessGap>,
  { reference, outcome, total }: Compared & { total: readonly GroupNumbers[] },
): FairnessGroup {
  const { whole, group } = numbers;
  const rows = total.reduce((sum, one) => sum + one.whole.predictions, 0);
  const own = measured.filter((one) => one.group === numbers);
  return {
    group,
    isReference: group === reference.group,
    rows: whole.predictions,
    share: rows > 0 ? whole.predictions / rows : 0,
    labelled: whole.labelled,
    coverage: ratePoint(whole.labelled, whole.predictions),
    baseRate: ratePoint(whole.happened, whole.happened + whole.happenedNot),
    calibrationBins: calibrationShown(numbers, outcome),
    gaps: own.map(({ gap }) => held.get(gap) ?? gap),
  };
}

function ratePoint(successes: number, trials: number): RatePoint | null {
  const { value, interval } = shareEstimate({ successes, trials, rows: trials });
  if (value === null || interval === null || trials < GROUP_ROWS_SHOWN_MIN) return null;
  return { value, lo: interval.lo, hi: interval.hi, n: trials };
}

function calibrationShown(group: GroupNumbers, outcome: string): FairnessGroup["calibrationBins"] {
  if (!(group.whole.scored > 0)) return [];
  return calibrationBinsOf(group, outcome).map((bin, index) => {
    const hidden = bin.rows < GROUP_ROWS_SHOWN_MIN;
    const { value, interval } = calibrationGap(bin);
    return {
      from: index / CALIBRATION_GROUP_BINS,
      to: (index + 1) / CALIBRATION_GROUP_BINS,
      n: bin.rows,
      gap: hidden ? null : value,
      ci: hidden ? null : interval,
    };
  });
}

export function extremesOf(
  groups: readonly GroupNumbers[],
  { rate, size }: CriterionRule,
): FairnessAnswer["extremes"] {
  if (rate === null) return null;
  const judged = groups.filter((group) => {
    const { rows, events } = size(group, "");
    return groupStanding({ rows, trials: events }) === "judged";
  });
  const found = rateExtremes(judged.map(({ whole }) => rate(whole)));
  if (found === null) return null;
  const { lowest, highest, difference, ratio } = found;
  return { lowest: judged[lowest]?.group ?? "", highest: judged[highest]?.group ?? "", difference, ratio };
}

export function baseRateDiffers({ whole }: GroupNumbers, { whole: other }: GroupNumbers): boolean {
  const gap = rateDifference(
    { successes: whole.happened, trials: whole.happened + whole.happenedNot },
    { successes: other.happened, trials: other.happened + other.happenedNot },
  );
  const verdict = toleranceVerdict(gap, 0);
  return verdict === "below" || verdict === "above";
}

export function coverageDiffers(groups: readonly GroupNumbers[], { whole: other }: GroupNumbers): string[] {
  return groups.flatMap(({ group, whole }) => {
    const gap = rateDifference(
      { successes: whole.labelled, trials: whole.predictions },
      { successes: other.labelled, trials: other.predictions },
    );
    const verdict = toleranceVerdict(gap, COVERAGE_TOLERANCE);
    return other.labelled > 0 && (verdict === "below" || verdict === "above") ? [group] : [];
  });
}
