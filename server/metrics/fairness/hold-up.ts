import type { FairnessGap } from "#server/api/contracts/fairness.ts";
import type { MeasuredGap } from "#server/metrics/fairness/group-gap.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import { gapLogEvidence } from "#server/stats/fairness/gap-evidence.ts";
import { effectiveRatio } from "#server/stats/fairness/rate-difference.ts";
import { eBenjaminiHochberg } from "#server/stats/sequential/e-benjamini-hochberg.ts";

const ALPHA = 0.05;

/**
 * Which gaps also stand when all groups and criteria are looked at together: of those called so, at most 5 % are wrong
 * on average. Half of that goes to the reference group's own uncertainty, half to the search.
 */
export function holdUp(
  measured: readonly MeasuredGap[],
  reference: GroupNumbers,
): { gaps: Map<FairnessGap, FairnessGap>; looked: number } {
  const asked = measured.filter(
    ({ gap, rule }) => rule.rate !== null && gap.standing === "judged" && gap.verdict !== "reference",
  );
  const criteria = new Set(asked.map(({ rule }) => rule.criterion));
  const alphaReference = ALPHA / 2 / Math.max(1, criteria.size);
  const logs = asked.map(({ rule, group, designEffect }) => {
    if (rule.rate === null) return 0;
    const tolerance = rule.tolerance(reference) ?? 0;
    return gapLogEvidence(
      effectiveRatio(rule.rate(group.whole), designEffect),
      effectiveRatio(rule.rate(reference.whole), designEffect),
      { tolerance, alphaReference },
    );
  });
  const standing = new Set(eBenjaminiHochberg(logs, ALPHA / 2));
  const gaps = new Map(asked.map(({ gap }, index) => [gap, { ...gap, holdsUp: standing.has(index) }]));
  return { gaps, looked: asked.length };
}
