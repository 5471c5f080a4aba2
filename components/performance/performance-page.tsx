"use client";
import { useQueryStates } from "nuqs";
import { useAsk } from "#components/api/use-api.ts";
import { newMonitorHref } from "#components/monitors/monitor-links.ts";
import { BySegment } from "#components/performance/by-segment.tsx";
import { Decisions } from "#components/performance/decisions.tsx";
import { EstimatedPanel } from "#components/performance/estimated-panel.tsx";
import { LabelAgesPanel } from "#components/performance/label-ages-panel.tsx";
import { MetricNumbers } from "#components/performance/metric-numbers.tsx";
import { MetricOverTime } from "#components/performance/metric-over-time.tsx";
import { NoLabels } from "#components/performance/no-labels.tsx";
import { performanceParsers } from "#components/performance/performance-params.ts";
import {
  coverageSentence,
  lastKnown,
  performanceMetrics,
  performanceSentence,
  verdictOn,
  watchingMonitor,
} from "#components/performance/performance-words.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ChoiceMenu } from "#components/ui/menu.tsx";
import { Answer } from "#components/ui/panel.tsx";
import type { AlertListItem, MetricPoint, Monitor } from "#server/api/contract.ts";
import "./performance.css";

export function PerformancePage() {
  const scope = useScope();
  const metrics = performanceMetrics(scope.detail.task);
  const [{ m }, set] = useQueryStates(performanceParsers);
  const metric = metrics.find((one) => one.id === m)?.id ?? metrics[0]?.id ?? null;
  useHotkeys(
    Object.fromEntries(
      metrics.slice(0, 9).map((one, index) => [String(index + 1), () => void set({ m: one.id })]),
    ),
  );
  if (metric === null)
    return (
      <div className="wrap">
        <section id="answer" tabIndex={-1} aria-label="Answer">
          <Empty icon="info" title="Rankings have no performance metrics yet.">
            <p>Volume, latency and drift of what goes in are watched for this model.</p>
          </Empty>
        </section>
      </div>
    );
  return (
    <>
      <TimeBar>
        <ChoiceMenu
          label="Metric"
          value={metric}
          options={metrics.map((one) => ({ value: one.id, label: one.label }))}
          onChange={(value) => void set({ m: value })}
        />
      </TimeBar>
      <div className="wrap">
        <Performance scope={scope} metric={metric} />
      </div>
    </>
  );
}

function Performance({ scope, metric }: { scope: Scope; metric: string }) {
  const over = useAsk("metrics.query", { ...scope.asked, metric, window: scope.window });
  const coverage = useAsk("metrics.query", {
    ...scope.asked,
    metric: "label_coverage",
    window: scope.window,
  });
  const monitors = useAsk("monitors.list", { model: scope.model });
  const alerts = useAsk("alerts.list", { model: scope.model, status: "all", limit: 200 });
  if (!over.data)
    return over.isError ? (
      <section id="answer" tabIndex={-1} aria-label="Answer">
        <ErrorBlock
          what={`performance of ${scope.model}`}
          problem={over.error}
          onRetry={() => void over.refetch()}
        />
      </section>
    ) : (
      <Skeleton height="page" />
    );
  return (
    <Shown
      scope={scope}
      metric={metric}
      points={over.data.points}
      coverage={coverage.data?.points ?? []}
      monitors={monitors.data ?? []}
      alerts={alerts.data?.alerts ?? []}
      busy={over.isPlaceholderData}
    />
  );
}

interface ShownProps {
  scope: Scope;
  metric: string;
  points: readonly MetricPoint[];
  coverage: readonly MetricPoint[];
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
  busy: boolean;
}

const VERDICT_ICONS: Record<ReturnType<typeof verdictOn>, IconName | null> = {
  over: "page",
  "may-be": "ticket",
  within: "ok",
  unwatched: null,
  "too-few": "low",
};

function Shown(props: ShownProps) {
  const { scope, metric, points, coverage, monitors } = props;
  const monitor = watchingMonitor(monitors, metric, scope.segment);
  const last = lastKnown(points);
  // A verdict on windows of another width than the monitor judges would not be the monitor's.
  const verdict = last && monitor?.window === scope.window ? verdictOn(last, monitor) : "unwatched";
  const icon = verdict === "over" && monitor?.severity === "ticket" ? "ticket" : VERDICT_ICONS[verdict];
  const hasLabels = scope.detail.labelled > 0;
  return (
    <>
      <div className="answer-with-act">
        <Answer
          icon={icon ? <Icon name={icon} /> : null}
          say={performanceSentence(metric, points, monitor, scope.window, scope.zone)}
          more={coverage.length > 0 ? coverageSentence(coverage, points) : undefined}
        />
        {monitor === null && hasLabels ? (
          <LinkButton
            small
            icon="plus"
            href={newMonitorHref(scope.model, {
              metric,
              segment: scope.segment ?? null,
              window: scope.window,
            })}
          >
            Monitor this
          </LinkButton>
        ) : null}
      </div>
      <ScopeNotice />
      <div className="grid">
        <MetricOverTime {...props} />
        {hasLabels ? <MetricNumbers scope={scope} last={last} /> : <NoLabels model={scope.detail} />}
        <EstimatedPanel scope={scope} metric={metric} />
        {hasLabels ? <Decisions scope={scope} last={last} /> : null}
        {hasLabels ? <LabelAgesPanel scope={scope} /> : null}
        {hasLabels ? <BySegment scope={scope} metric={metric} monitor={monitor} /> : null}
      </div>
    </>
  );
}
