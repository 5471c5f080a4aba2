import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import { gapInterval, gapOf, gapText, splitGroups } from "#components/fairness/fairness-words.ts";
import { integer, plural } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import type { FairnessAnswer, FairnessCriterion } from "#server/api/contracts/fairness.ts";

/** Groups without a verdict stand apart: greyed, and below thirty rows without their number. */
export function SmallGroups({ answer, criterion }: { answer: FairnessAnswer; criterion: FairnessCriterion }) {
  const { small } = splitGroups(answer);
  const { unit } = CRITERION_WORDS[criterion];
  return (
    <Panel className="c4" title="Too small to judge" sub={plural(small.length, "group")}>
      {small.length === 0 ? (
        <p className="body muted">Every group has 100 rows and ten cases.</p>
      ) : (
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{answer.key}</th>
              <th scope="col" className="num">
                Rows
              </th>
              <th scope="col" className="num">
                Cases
              </th>
              <th scope="col">So far</th>
            </tr>
          </thead>
          <tbody className="dim">
            {small.map((group) => {
              const gap = gapOf(group, criterion);
              return (
                <tr key={group.group}>
                  <th scope="row">{group.group}</th>
                  <td className="num">{integer(gap?.n ?? 0)}</td>
                  <td className="num">{integer(gap?.events ?? 0)}</td>
                  <td>
                    {gap === null || gap.standing === "hidden"
                      ? "not shown"
                      : `${gapText(unit, gap.value)} ${gapInterval(unit, gap.ci)}`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <p className="foot">
        A verdict needs 100 rows and ten cases in the rate’s denominator. Under 30 rows a number would be
        noise, and might tell of single people.
      </p>
    </Panel>
  );
}
