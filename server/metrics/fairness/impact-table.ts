import type { FairnessAnswer, ImpactCategory } from "#server/api/contracts/fairness.ts";
import { NEGATIVE } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { Ratio } from "#server/stats/accuracy/confusion-rates.ts";
import { groupStanding } from "#server/stats/fairness/group-size.ts";
import { impactRatios, scoringRatios } from "#server/stats/fairness/impact-ratio.ts";

/** The tables of Local Law 144 for groups that are known; a rate under 30 rows is hidden as everywhere. */
export function impactTables(
  groups: readonly GroupNumbers[],
  asked: { readonly outcome: string; readonly excludeSmall: boolean },
): FairnessAnswer["impact"] {
  const selection = groups.map(({ whole }) => ({ successes: whole.selected, trials: whole.decided }));
  const scores = groups.map(({ scored }) =>
    asked.outcome === NEGATIVE ? scored.scores.toReversed() : scored.scores,
  );
  const scoring = scoringRatios(scores);
  const hasScores = scoring.some(({ trials }) => trials > 0);
  return {
    selection: categories(groups, selection, asked.excludeSmall),
    scoring: hasScores ? categories(groups, scoring, asked.excludeSmall) : null,
  };
}

function categories(
  groups: readonly GroupNumbers[],
  ratios: readonly Ratio[],
  excludeSmall: boolean,
): ImpactCategory[] {
  const shown = ratios.map(({ trials }) => groupStanding({ rows: trials, trials }) !== "hidden");
  const known = impactRatios(
    ratios.map((ratio, index) => (shown[index] === true ? ratio : { successes: 0, trials: 0 })),
    { excludeSmall },
  );
  const total = ratios.reduce((sum, { trials }) => sum + trials, 0);
  return known.map(({ rate, impactRatio, interval, isHighest, excluded, isSmall }, index) => {
    const n = ratios[index]?.trials ?? 0;
    return {
      group: groups[index]?.group ?? "",
      n,
      share: total > 0 ? n / total : 0,
      rate,
      impactRatio,
      ci: interval,
      isHighest,
      excluded,
      isSmall,
    };
  });
}
