"use client";
import { useAsk } from "#components/api/use-api.ts";
import {
  ageText,
  coverageAtAge,
  equalAgeSentence,
  tellingAges,
} from "#components/performance/label-ages-words.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { integer, NOTHING, percent, range } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { RatePoint } from "#server/api/contract.ts";
import type { LabelAgesAnswer } from "#server/api/contracts/label-ages.ts";

/** How fast labels come, and what the early ones alone would say. */
export function LabelAgesPanel({ scope }: { scope: Scope }) {
  const { from, to, version } = scope.asked;
  const asked = {
    model: scope.model,
    from,
    to,
    window: scope.window,
    ...(version === undefined ? {} : { version }),
  };
  const query = useAsk("performance.labelAges", asked);
  return (
    <Panel
      className="c12"
      title="Labels by age"
      sub={
        scope.segment
          ? "of all segments; the time between prediction and label"
          : "the time between prediction and label"
      }
    >
      <Loaded query={query} what="the ages of labels" height={160}>
        {(answer) =>
          answer.ages.length === 0 ? (
            <Empty icon="wait" title="No label of these rows has a known age.">
              <p>
                {answer.windowsWithoutAges > 0
                  ? "These windows were stored before the age of labels was counted; labels that come from now on have one."
                  : "No labels have come for this range."}
              </p>
            </Empty>
          ) : (
            <Ages answer={answer} scope={scope} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Ages({ answer, scope }: { answer: LabelAgesAnswer; scope: Scope }) {
  const isBinary = scope.detail.task === "binary";
  const sentences = [coverageAtAge(answer), equalAgeSentence(answer, scope.zone)].filter(
    (one) => one !== null,
  );
  return (
    <>
      <div className="trust">
        {sentences.map((one) => (
          <p key={one}>{one}</p>
        ))}
        {answer.windowsWithoutAges > 0 ? (
          <p className="muted">
            {integer(answer.windowsWithoutAges)} older windows do not know the age of their labels and are
            left out.
          </p>
        ) : null}
      </div>
      <ScrollRegion label="Table of labels by age">
        <table className="ages">
          <thead>
            <tr>
              <th scope="col">Labels that came</th>
              <th scope="col" className="num">
                Rows
              </th>
              <th scope="col" className="num">
                Of all predictions
              </th>
              {isBinary
                ? ["Accuracy", "Precision", "Recall"].map((name) => (
                    <th key={name} scope="col" className="num">
                      {name}
                    </th>
                  ))
                : null}
            </tr>
          </thead>
          <tbody>
            {tellingAges(answer.ages).map((one) => (
              <tr key={ageText(one)}>
                <th scope="row">{ageText(one)}</th>
                <td className="num">{integer(one.labelled)}</td>
                <td className="num">{percent(one.coverage)}</td>
                {isBinary ? [one.accuracy, one.precision, one.recall].map(rateCell) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

function rateCell(rate: RatePoint | null, column: number) {
  return (
    <td key={column} className="num">
      {rate === null ? NOTHING : percent(rate.value)}{" "}
      {rate === null ? null : (
        <span className="ci">{range(rate.lo, rate.hi, (value) => percent(value))}</span>
      )}
    </td>
  );
}
