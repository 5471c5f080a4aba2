"use client";
import { useQueryStates } from "nuqs";
import { useAsk } from "#components/api/use-api.ts";
import { Cautions } from "#components/fairness/cautions.tsx";
import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import { FairnessControls } from "#components/fairness/fairness-controls.tsx";
import { fairnessParsers } from "#components/fairness/fairness-params.ts";
import { fairnessCounts, fairnessSentence, splitGroups } from "#components/fairness/fairness-words.ts";
import { GapOverTime } from "#components/fairness/gap-over-time.tsx";
import { GroupGaps } from "#components/fairness/group-gaps.tsx";
import { ImpactTable } from "#components/fairness/impact-table.tsx";
import { NoGroups } from "#components/fairness/no-groups.tsx";
import { OtherCriteria } from "#components/fairness/other-criteria.tsx";
import { SmallGroups } from "#components/fairness/small-groups.tsx";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { Answer, Panel } from "#components/ui/panel.tsx";
import type { FairnessAnswer, FairnessCriterion } from "#server/api/contracts/fairness.ts";
import "./fairness.css";

/** Is any group treated worse, and do the data support that? */
export function FairnessPage() {
  const scope = useScope();
  const [asked] = useQueryStates(fairnessParsers);
  const { segment: _, ...range } = scope.asked;
  const query = useAsk("fairness.get", {
    ...range,
    window: scope.window,
    excludeSmall: asked.small,
    ...(asked.by === null ? {} : { key: asked.by }),
    ...(asked.criterion === null ? {} : { criterion: asked.criterion }),
    ...(asked.ref === null ? {} : { group: asked.ref }),
    ...(asked.g === null ? {} : { focus: asked.g }),
    ...(asked.outcome === null ? {} : { outcome: asked.outcome }),
    ...(asked.cut === null ? {} : { threshold: asked.cut }),
  });
  return (
    <>
      <TimeBar />
      <div className="wrap">
        <ScopeNotice answered={query.isPlaceholderData ? undefined : query.data?.window} />
        <Loaded query={query} what={`fairness of ${scope.model}`} height="page">
          {(answer) => <Fairness scope={scope} answer={answer} busy={query.isPlaceholderData} />}
        </Loaded>
      </div>
    </>
  );
}

function Fairness({ scope, answer, busy }: { scope: Scope; answer: FairnessAnswer; busy: boolean }) {
  const { criterion } = answer;
  if (criterion === null || answer.key === null) return <NoGroups scope={scope} answer={answer} />;
  const needsLabels = answer.criteria.some((one) => one.criterion === criterion && one.needsLabels);
  return (
    <>
      <Answer
        heading={`Fairness of ${scope.model}`}
        icon={<Icon name={iconOf(answer)} />}
        say={fairnessSentence(answer)}
        more={fairnessCounts(answer)}
      />
      <FairnessControls scope={scope} answer={answer} />
      <Asks criterion={criterion} />
      <Cautions answer={answer} />
      {answer.groups.length === 0 || (needsLabels && answer.labelled === 0) ? (
        <Nothing answer={answer} needsLabels={needsLabels} />
      ) : (
        <div className="grid">
          <GroupGaps answer={answer} criterion={criterion} busy={busy} />
          <GapOverTime scope={scope} answer={answer} criterion={criterion} busy={busy} />
          <SmallGroups answer={answer} criterion={criterion} />
          <OtherCriteria answer={answer} chosen={criterion} busy={busy} />
          <ImpactTable scope={scope} answer={answer} />
        </div>
      )}
    </>
  );
}

/** What is asked of the model, so that nobody has to know the name. */
function Asks({ criterion }: { criterion: FairnessCriterion }) {
  const { name, asks, fits } = CRITERION_WORDS[criterion];
  return (
    <p className="fair-asks">
      <b>{name}:</b> {asks} <span className="muted">{fits}</span>
    </p>
  );
}

function Nothing({ answer, needsLabels }: { answer: FairnessAnswer; needsLabels: boolean }) {
  if (needsLabels && answer.labelled === 0)
    return (
      <Panel title="Waiting for labels">
        <Empty icon="wait" title="No labels have come for this range.">
          <p>
            Impact ratio and demographic parity look at decisions only and can be read now; choose one above.
          </p>
        </Empty>
      </Panel>
    );
  return (
    <Panel title="Groups">
      <Empty icon="nodata" title={`No row of this range has a value of ${answer.key ?? "this key"}.`}>
        <p>Widen the range, or choose another attribute.</p>
      </Empty>
    </Panel>
  );
}

function iconOf(answer: FairnessAnswer): IconName {
  const { judged } = splitGroups(answer);
  const verdicts = judged.map(
    (group) => group.gaps.find(({ criterion }) => criterion === answer.criterion)?.verdict,
  );
  if (verdicts.some((verdict) => verdict === "below" || verdict === "above")) return "ticket";
  if (verdicts.includes("inconclusive")) return "low";
  return verdicts.includes("within") ? "hollow" : "nodata";
}
