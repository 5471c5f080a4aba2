import type { FairnessGap } from "#server/api/contracts/fairness.ts";
import type { CriterionRule } from "#server/metrics/fairness/criteria.ts";
import { type GroupTally, withoutTally } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { Estimate } from "#server/stats/estimate.ts";
import { equalizedOddsNullExpectation } from "#server/stats/fairness/equalized-odds.ts";
import { gapDesignEffect } from "#server/stats/fairness/gap-design-effect.ts";
import { fourFifthsVerdict, type GapVerdict, toleranceVerdict } from "#server/stats/fairness/gap-verdict.ts";
import { groupStanding } from "#server/stats/fairness/group-size.ts";
import { trialsToSettleDifference, trialsToSettleRatio } from "#server/stats/fairness/rows-needed.ts";

/** By start of a block of time: what each group adds there. */
export type Blocks = ReadonlyMap<number, ReadonlyMap<string, GroupTally>>;

export interface Compared {
  readonly reference: GroupNumbers;
  readonly blocks: Blocks;
  readonly outcome: string;
}

/** A gap before all gaps are looked at together. */
export interface MeasuredGap {
  readonly rule: CriterionRule;
  readonly group: GroupNumbers;
  readonly gap: FairnessGap;
  readonly designEffect: number;
}

export function measureGap(
  rule: CriterionRule,
  group: GroupNumbers,
  compared: Compared,
  leftOut: LeftOut,
): MeasuredGap {
  const { reference, outcome } = compared;
  const { rows, events } = rule.size(group, outcome);
  const standing = groupStanding({ rows, trials: events });
  const isReference = group.group === reference.group;
  const bare = {
    criterion: rule.criterion,
    own: standing === "hidden" ? null : rule.own(group, outcome),
    n: rows,
    events,
    standing,
    rowsNeeded: null,
    holdsUp: null,
    nullExpectation: null,
  };
  const nothing = { value: null, ci: null, ...bare };
  if (isReference && !rule.isAbsolute)
    return {
      rule,
      group,
      designEffect: 1,
      gap: { ...nothing, status: rows > 0 ? "OK" : "EMPTY", verdict: "reference" },
    };
  const designEffect = effectOf(rule, group, reference, leftOut);
  const estimate = rule.estimate(group, reference, { outcome, designEffect });
  const verdict = verdictOf(rule, estimate, reference);
  if (standing === "hidden")
    return { rule, group, designEffect, gap: { ...nothing, status: hiddenStatus(estimate), verdict } };
  const gap: FairnessGap = {
    ...bare,
    value: estimate.value,
    ci: estimate.interval,
    status: estimate.status,
    verdict,
    rowsNeeded: verdict === "inconclusive" ? moreRows(rule, group, reference, designEffect) : null,
    nullExpectation: rule.criterion === "equalized_odds" ? noise(group, reference, designEffect) : null,
  };
  return { rule, group, gap, designEffect };
}

function hiddenStatus({ status }: Estimate): Estimate["status"] {
  return status === "OK" ? "LOW_N" : status;
}

/** A group too small by the criterion's own size gets no verdict, whatever its interval looks like. */
export function verdictOf(rule: CriterionRule, estimate: Estimate, reference: GroupNumbers): GapVerdict {
  if (rule.isRatio) return fourFifthsVerdict(estimate);
  const tolerance = rule.tolerance(reference);
  return tolerance === null ? "too-small" : toleranceVerdict(estimate, tolerance);
}

function noise(group: GroupNumbers, reference: GroupNumbers, designEffect: number): number | null {
  return equalizedOddsNullExpectation(group.whole, reference.whole, designEffect);
}

/** Both groups with one block left out at a time. */
export type LeftOut = ReadonlyArray<{ readonly group: GroupTally; readonly reference: GroupTally }>;

export function leaveOneOut(group: GroupNumbers, { reference, blocks }: Compared): LeftOut {
  return [...blocks.values()].flatMap((block) => {
    const [own, other] = [block.get(group.group), block.get(reference.group)];
    if (own === undefined && other === undefined) return [];
    return [
      {
        group: own === undefined ? group.whole : withoutTally(group.whole, own),
        reference: other === undefined ? reference.whole : withoutTally(reference.whole, other),
      },
    ];
  });
}

/** The largest of the parts': a maximum of two gaps is no surer than either. */
function effectOf(
  { parts }: CriterionRule,
  group: GroupNumbers,
  reference: GroupNumbers,
  leftOut: LeftOut,
): number {
  const effects = parts.map(({ statistic, variance }) =>
    gapDesignEffect(
      leftOut.map((pair) => statistic(pair.group, pair.reference)),
      variance(group, reference),
    ),
  );
  return Math.max(1, ...effects);
}

function moreRows(
  rule: CriterionRule,
  group: GroupNumbers,
  reference: GroupNumbers,
  designEffect: number,
): number | null {
  if (rule.rate === null) return null;
  const [own, other] = [rule.rate(group.whole), rule.rate(reference.whole)];
  const needed = rule.isRatio
    ? trialsToSettleRatio(own, other, { designEffect })
    : trialsToSettleDifference(own, other, rule.tolerance(reference) ?? 0, { designEffect });
  if (needed === null) return null;
  // Rows of the group that it takes to get so many of the rate's own trials.
  const more = ((needed - own.trials) / own.trials) * group.whole.predictions;
  return more >= 1 ? Math.ceil(more) : null;
}
