"use client";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { JointHelp } from "#components/drift/joint-help.tsx";
import { FeatureTable, PairTable, ViewTable } from "#components/drift/joint-tables.tsx";
import { type JointModel, prepareJoint } from "#components/drift/prepare-joint.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, ErrorBlock } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { rangeText } from "#components/ui/time.ts";
import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import "#components/drift/joint.css";

const parsers = { joint: parseAsStringLiteral(["1"]) };

/** All features together, when somebody asks: what no single feature shows. The question is part of the link. */
export function MultivariatePanel({ scope, className = "c12" }: { scope: Scope; className?: string }) {
  const [{ joint }, set] = useQueryStates(parsers);
  const { asked, again } = useHeldQuestion(scope);
  const query = useAsk("drift.multivariate", asked, {
    enabled: joint === "1",
    keep: false,
    staleMs: Number.POSITIVE_INFINITY,
  });
  const isAsking = joint === "1" && query.isFetching;
  const answer = joint === "1" ? query.data : undefined;
  return (
    <Panel
      className={`joint ${className}`}
      title="All features together"
      sub={answer ? undefined : "relations between features, which one feature at a time cannot show"}
      busy={isAsking}
      end={
        isAsking ? (
          <Button small onClick={() => void set({ joint: null })}>
            Stop
          </Button>
        ) : answer ? (
          <>
            <Button small look="quiet" onClick={() => void set({ joint: null })}>
              Close
            </Button>
            <Button
              small
              onClick={() => {
                again();
                void query.refetch();
              }}
            >
              Compare again
            </Button>
          </>
        ) : null
      }
    >
      <div aria-live="polite">
        {joint !== "1" ? (
          <Offer scope={scope} onAsk={() => void set({ joint: "1" })} />
        ) : query.isError ? (
          <ErrorBlock
            what="the comparison of all features"
            problem={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : answer === undefined ? (
          <Comparing scope={scope} />
        ) : (
          <Answered answer={answer} scope={scope} />
        )}
      </div>
    </Panel>
  );
}

/** The range as it was when asked: it must not move on by itself while a comparison that takes seconds is read. */
function useHeldQuestion(scope: Scope) {
  const { model, from, to, version } = scope.asked;
  const key = JSON.stringify([model, scope.range, version]);
  const now = { key, asked: { model, from, to, version } };
  const [held, hold] = useState(now);
  if (held.key !== key) hold(now);
  return { asked: held.key === key ? held.asked : now.asked, again: () => hold(now) };
}

function Offer({ scope, onAsk }: { scope: Scope; onAsk: () => void }) {
  return (
    <div className="body offer">
      <p>
        Up to 5,000 rows of {rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs)} against 5,000 rows
        of the reference: can a classifier tell them apart, by which features, and which correlations changed?
      </p>
      <Button look="primary" onClick={onAsk}>
        Compare all features together
      </Button>
    </div>
  );
}

function Comparing({ scope }: { scope: Scope }) {
  return (
    <div className="body offer" role="status">
      <p>
        Reading rows of {rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs)} and training on them:
        some seconds, more for a long range. You can go on reading, or stop; the answer is kept for who asks
        next.
      </p>
    </div>
  );
}

function Answered({ answer, scope }: { answer: MultivariateAnswer; scope: Scope }) {
  const model = prepareJoint(answer);
  if (model === null) return <NoAnswer answer={answer} />;
  return (
    <>
      <JointAnswer model={model} withSegment={scope.segment !== undefined} />
      <ViewTable views={model.views} />
      <div className="pairoftables">
        <FeatureTable model={model} />
        <PairTable model={model} />
      </div>
      <JointHelp answer={answer} leftOut={model.leftOut} />
    </>
  );
}

function JointAnswer({ model, withSegment }: { model: JointModel; withSegment: boolean }) {
  return (
    <div className="body jointsay">
      <p className="say">
        <Icon name={model.icon} />
        {model.say}
      </p>
      <p>{model.more}</p>
      <p className="subtle">
        {model.rows}.
        {withSegment ? " The segment above does not narrow this comparison: all rows are compared." : ""}
      </p>
    </div>
  );
}

const TITLES: Record<Exclude<MultivariateAnswer["status"], "OK">, string> = {
  LOW_N: "Not enough data",
  EMPTY: "No predictions in this range",
  NO_REFERENCE: "No reference yet",
  NO_SAMPLE: "The reference has no rows kept",
  NO_FEATURES: "No feature in common",
};

function NoAnswer({ answer }: { answer: MultivariateAnswer }) {
  if (answer.status === "OK") return null;
  const icon = answer.status === "LOW_N" ? "low" : answer.status === "EMPTY" ? "nodata" : "learning";
  const { current, reference } = answer.rows;
  return (
    <Empty icon={icon} title={TITLES[answer.status]}>
      <p>{answer.advice}</p>
      {answer.status === "LOW_N" ? (
        <p className="subtle">
          {current} rows here, {reference} of the reference.
        </p>
      ) : null}
    </Empty>
  );
}
