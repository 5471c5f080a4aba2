"use client";
import { useQueryStates } from "nuqs";
import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import { fairnessParsers } from "#components/fairness/fairness-params.ts";
import {
  gapInterval,
  gapOf,
  gapText,
  ownText,
  splitGroups,
  UNIT_WORDS,
  verdictWords,
} from "#components/fairness/fairness-words.ts";
import { type GapAxis, gapAxis } from "#components/fairness/gap-axis.ts";
import { DotInterval } from "#components/ui/dot-interval.tsx";
import { fixed, integer, percent } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type {
  FairnessAnswer,
  FairnessCriterion,
  FairnessGap,
  FairnessGroup,
} from "#server/api/contracts/fairness.ts";

interface GroupGapsProps {
  answer: FairnessAnswer;
  criterion: FairnessCriterion;
  busy: boolean;
}

/** One row a group that can be judged: dot, interval, tolerance zone, verdict in words. */
export function GroupGaps({ answer, criterion, busy }: GroupGapsProps) {
  const { unit, name } = CRITERION_WORDS[criterion];
  const { judged } = splitGroups(answer);
  const gaps = judged.flatMap((group) => gapOf(group, criterion) ?? []);
  const axis = gapAxis(unit, gaps, answer.tolerance);
  const reference = answer.reference?.group ?? "";
  const against = criterion === "calibration" ? "observed − predicted" : `against ${reference}`;
  return (
    <Panel
      className="c12"
      title={`${name} by ${answer.key}`}
      sub={`${UNIT_WORDS[unit]} ${against}, 95 % interval`}
      busy={busy}
      foot={footOf(answer, criterion)}
    >
      {judged.length === 0 ? (
        <p className="body muted">No group is large enough: each needs 100 rows and ten cases.</p>
      ) : (
        <ScrollRegion label={`Groups, ${name} by ${answer.key}`}>
          <table className="fair-groups">
            <thead>
              <tr>
                <th scope="col">{answer.key}</th>
                <th scope="col" className="wide">
                  {axisWords(unit, answer.tolerance)}
                </th>
                <th scope="col">Gap</th>
                <th scope="col" className="num">
                  {criterion === "equalized_odds" ? "By noise" : "Own"}
                </th>
                <th scope="col" className="num">
                  n
                </th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              {judged.map((group) => (
                <GroupRow key={group.group} group={group} criterion={criterion} axis={axis} answer={answer} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function axisWords(unit: "ratio" | "points" | "score" | "label", tolerance: number | null): string {
  if (unit === "ratio") return "shaded: 0.8–1.25; red line: 0.8, grey: 1";
  if (tolerance === null) return "line: no gap";
  const size = unit === "points" ? `${fixed(100 * tolerance, 0)} points` : fixed(tolerance, 2);
  return `shaded: tolerance ±${size}; line: no gap`;
}

interface GroupRowProps {
  group: FairnessGroup;
  criterion: FairnessCriterion;
  axis: GapAxis;
  answer: FairnessAnswer;
}

function GroupRow({ group, criterion, axis, answer }: GroupRowProps) {
  const [, set] = useQueryStates(fairnessParsers);
  const gap = gapOf(group, criterion);
  if (gap === null) return null;
  const { unit } = CRITERION_WORDS[criterion];
  const isFocus = answer.overTime?.group === group.group;
  const isReference = gap.verdict === "reference";
  return (
    <tr className={isFocus ? "go on" : "go"}>
      <th scope="row">
        {isReference ? (
          group.group
        ) : (
          <button
            type="button"
            className="link"
            aria-pressed={isFocus}
            title="Show over time"
            onClick={() => void set({ g: group.group })}
          >
            {group.group}
          </button>
        )}
      </th>
      <td className="wide">
        <DotInterval
          value={isReference ? axis.place(unit === "ratio" ? 1 : 0) : placed(axis, gap.value)}
          lo={placed(axis, gap.ci?.lo ?? null)}
          hi={placed(axis, gap.ci?.hi ?? null)}
          domain={axis.domain}
          marks={axis.marks}
          zone={axis.zone}
          width={280}
          pale={isReference}
        />
      </td>
      <td>
        {isReference ? null : (
          <>
            {gapText(unit, gap.value)} <span className="ci">{gapInterval(unit, gap.ci)}</span>
          </>
        )}
      </td>
      <td className="num">
        {criterion === "equalized_odds" ? gapText(unit, gap.nullExpectation) : ownText(unit, gap.own)}
      </td>
      <td className="num">
        {integer(gap.n)}
        <span className="second">{percent(group.share)}</span>
      </td>
      <td>
        <Verdict gap={gap} />
      </td>
    </tr>
  );
}

function placed(axis: GapAxis, value: number | null): number | null {
  return value === null ? null : axis.place(value);
}

export function Verdict({ gap }: { gap: FairnessGap }) {
  const { icon, text } = verdictWords(gap);
  const supported = icon === "ticket";
  return (
    <span className={`fair-verdict${supported ? " supported" : ""}`}>
      <Icon name={icon} size="s" />
      <span>
        {text}
        {supported && gap.holdsUp === false ? (
          <span className="second">not when all groups and criteria are looked at together</span>
        ) : null}
      </span>
    </span>
  );
}

function footOf(answer: FairnessAnswer, criterion: FairnessCriterion): string {
  const { extremes, reference, blocks, looked } = answer;
  const { unit } = CRITERION_WORDS[criterion];
  const first =
    reference?.chosen === "largest"
      ? `Reference group: ${reference.group}, the largest.`
      : `Reference group: ${reference?.group ?? ""}, as chosen.`;
  const range =
    extremes === null
      ? ""
      : ` Lowest to highest, picked after looking: ${extremes.lowest} to ${extremes.highest}, ${
          unit === "ratio"
            ? `ratio ${extremes.ratio === null ? "–" : fixed(extremes.ratio, 2)}`
            : `${fixed(100 * extremes.difference, 1)} points`
        }.`;
  const dependence =
    blocks === null
      ? ""
      : ` Intervals allow for rows of one ${blocks.days === 1 ? "day" : blocks.days === 7 ? "week" : "window"} being alike (${integer(blocks.count)} of them).`;
  const together =
    looked > 0
      ? ` ${integer(looked)} gaps of rates were looked at together (e-BH, false discoveries at most 5 %).`
      : "";
  return `${first}${range}${dependence}${together}`;
}
