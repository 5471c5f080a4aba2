import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import { gapOf, gapText, splitGroups, verdictWords } from "#components/fairness/fairness-words.ts";
import { NOTHING, percent } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { FairnessAnswer, FairnessCriterion, FairnessGap } from "#server/api/contracts/fairness.ts";

/** The criteria that were not chosen, as context: the same groups, the same rows. */
export function OtherCriteria({
  answer,
  chosen,
  busy,
}: {
  answer: FairnessAnswer;
  chosen: FairnessCriterion;
  busy: boolean;
}) {
  const others = answer.criteria
    .filter(({ criterion, available }) => available && criterion !== chosen)
    .map(({ criterion }) => criterion);
  const { judged } = splitGroups(answer);
  if (others.length === 0 || judged.length === 0) return null;
  const hasLabels = answer.labelled > 0;
  const hasBaseRates = judged.some(({ baseRate }) => baseRate !== null);
  return (
    <Panel
      className="c12"
      title="By the other criteria"
      sub="context, not the verdict; gap in each criterion’s own unit"
      busy={busy}
      foot="▲ supported beyond tolerance, ◐ inconclusive, ○ within tolerance, ◌ too small to judge. Labelled: share of the group’s rows whose label has come."
    >
      <ScrollRegion label="Table of the other criteria">
        <table className="fair-others">
          <thead>
            <tr>
              <th scope="col">{answer.key}</th>
              {hasLabels ? (
                <>
                  <th scope="col" className="num">
                    Labelled
                  </th>
                  {hasBaseRates ? (
                    <th scope="col" className="num">
                      Really so
                    </th>
                  ) : null}
                </>
              ) : null}
              {others.map((criterion) => (
                <th key={criterion} scope="col" className="num" title={CRITERION_WORDS[criterion].asks}>
                  {CRITERION_WORDS[criterion].name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {judged.map((group) => (
              <tr key={group.group}>
                <th scope="row">{group.group}</th>
                {hasLabels ? (
                  <>
                    <td className="num">{group.coverage ? percent(group.coverage.value) : NOTHING}</td>
                    {hasBaseRates ? (
                      <td className="num">{group.baseRate ? percent(group.baseRate.value) : NOTHING}</td>
                    ) : null}
                  </>
                ) : null}
                {others.map((criterion) => (
                  <td key={criterion} className="num">
                    <Cell gap={gapOf(group, criterion)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function Cell({ gap }: { gap: FairnessGap | null }) {
  if (gap === null) return NOTHING;
  if (gap.verdict === "reference") return <span className="muted">reference</span>;
  const { unit } = CRITERION_WORDS[gap.criterion];
  const { icon, text } = verdictWords(gap);
  return (
    <span className={icon === "ticket" ? "fair-cell supported" : "fair-cell"} title={text}>
      {gapText(unit, gap.value)}
      <Icon name={icon} size="xs" label={text} />
    </span>
  );
}
