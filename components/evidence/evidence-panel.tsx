"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { budgetWords, evidenceSentence } from "#components/evidence/evidence-words.ts";
import { prepareEvidence } from "#components/evidence/prepare-evidence.ts";
import { newMonitorHref } from "#components/monitors/monitor-links.ts";
import { modelPath } from "#components/shell/carry.ts";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { metricLimit, metricShort } from "#components/ui/metric-words.ts";
import { Panel, PanelLink } from "#components/ui/panel.tsx";
import type { AlertListItem } from "#server/api/contract.ts";
import type { MonitorEvidence } from "#server/api/contracts/budget.ts";

export interface EvidencePanelProps {
  scope: Scope;
  feature: string;
  alerts: readonly AlertListItem[];
  className?: string;
}

/** How sure one may be by now that the feature has drifted, however often one looked. */
export function EvidencePanel({ scope, feature, alerts, className = "c12" }: EvidencePanelProps) {
  const { model, from, to } = scope.asked;
  const query = useAsk("monitors.evidence", { model, from, to, feature });
  const found = query.data?.find(({ metric }) => metric === "tv");
  return (
    <Loaded query={query} what={`the evidence on ${feature}`} height={260}>
      {() =>
        found === undefined ? (
          <NotGathered scope={scope} feature={feature} className={className} />
        ) : (
          <Gathered scope={scope} evidence={found} alerts={alerts} className={className} />
        )
      }
    </Loaded>
  );
}

interface GatheredProps {
  scope: Scope;
  evidence: MonitorEvidence;
  alerts: readonly AlertListItem[];
  className: string;
}

function Gathered({ scope, evidence, alerts, className }: GatheredProps) {
  const setRange = useSetRange();
  const { fromMs, toMs, zone } = scope;
  const model = useMemo(
    () => prepareEvidence({ evidence, alerts, fromMs, toMs, zone }),
    [evidence, alerts, fromMs, toMs, zone],
  );
  const newest = evidence.points.at(-1);
  return (
    <TimeSeriesChart
      className={className}
      title={`Evidence that ${evidence.feature === "@output" ? "the prediction" : evidence.feature} has drifted, ${BY_WINDOW[evidence.window]}`}
      sub={`${metricShort(evidence.metric)} beyond ${metricLimit(evidence.metric, evidence.limit)}; ${budgetWords(scope.detail.budgetWeeks)}, however often anyone looks`}
      end={<PanelLink href={modelPath(scope.model, "monitors", evidence.monitorId)}>Monitor</PanelLink>}
      model={model}
      height={180}
      onRange={setRange}
      below={
        <p className="foot" aria-live="polite">
          {newest === undefined ? "No window has ended in this range." : evidenceSentence(newest, zone)} Rows
          that are alike count as few, so one window far off need not be evidence.
        </p>
      }
    />
  );
}

function NotGathered({ scope, feature, className }: { scope: Scope; feature: string; className: string }) {
  return (
    <Panel className={className} title="Evidence">
      <Empty
        icon="alerts"
        title="No monitor gathers evidence on this."
        action={
          <LinkButton
            href={newMonitorHref(scope.model, { metric: "tv", feature, limit: "0.05", decide: "evidence" })}
          >
            Watch its drift
          </LinkButton>
        }
      >
        <p>
          Window by window, evidence adds up until it is worth more than the model’s false-alarm budget; then
          it alarms, and says since when.
        </p>
      </Empty>
    </Panel>
  );
}
