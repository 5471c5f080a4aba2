"use client";
import { useQueryStates } from "nuqs";
import { useAsk } from "#components/api/use-api.ts";
import { mainMetric } from "#components/model/main-metric.ts";
import { ChangePanel } from "#components/segments/change-panel.tsx";
import { NoSegments } from "#components/segments/no-segments.tsx";
import { metricName, segmentMetrics } from "#components/segments/segment-metrics.ts";
import { SegmentTablePanel } from "#components/segments/segment-table-panel.tsx";
import { answerNote, segmentsAnswer } from "#components/segments/segments-answer.ts";
import { type Comparison, segmentsParsers } from "#components/segments/segments-params.ts";
import { WorstPanel } from "#components/segments/worst-panel.tsx";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { Loaded } from "#components/ui/block.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { ChoiceMenu } from "#components/ui/menu.tsx";
import { Answer } from "#components/ui/panel.tsx";
import type { Against } from "#server/api/contracts/segments.ts";
import "./segments.css";

/** Who is affected, and what a change is made of. */
export function SegmentsPage() {
  const scope = useScope();
  const [{ key: askedKey, m }, set] = useQueryStates(segmentsParsers);
  const keys = scope.detail.segments.filter(({ values }) => values.length > 0).map(({ key }) => key);
  const key = keys.find((one) => one === askedKey) ?? keys[0] ?? null;
  const metrics = segmentMetrics(scope.detail.task);
  const usual = scope.detail.labelled > 0 ? mainMetric(scope.detail.task) : "null_rate";
  const metric = metrics.find((id) => id === m) ?? metrics.find((id) => id === usual) ?? "null_rate";
  const nextKey = () => {
    const next = keys[(keys.indexOf(key ?? "") + 1) % keys.length];
    if (next !== undefined) void set({ key: next });
  };
  useHotkeys({
    k: nextKey,
    ...Object.fromEntries(
      metrics.slice(0, 9).map((id, index) => [String(index + 1), () => void set({ m: id })]),
    ),
  });
  if (key === null) return <NoSegments scope={scope} />;
  return (
    <>
      <TimeBar>
        <ChoiceMenu
          label="Segments by"
          value={key}
          options={keys.map((value) => ({ value, label: value }))}
          onChange={(value) => void set({ key: value })}
        />
        <ChoiceMenu
          label="Metric"
          value={metric}
          options={metrics.map((value) => ({ value, label: metricName(value) }))}
          onChange={(value) => void set({ m: value })}
        />
      </TimeBar>
      <div className="wrap">
        <ScopeNotice />
        <Segments scope={scope} segmentKey={key} metric={metric} />
      </div>
    </>
  );
}

const AGAINST: Record<Comparison, Against> = { prev: "previous", week: "week", ref: "reference" };

interface SegmentsProps {
  scope: Scope;
  segmentKey: string;
  metric: string;
}

function Segments({ scope, segmentKey, metric }: SegmentsProps) {
  const [{ cmp }] = useQueryStates(segmentsParsers);
  // A segment that is filtered by elsewhere is one row here; the page is about all of them.
  const { segment: _, ...asked } = scope.asked;
  const table = useAsk("segments.table", { ...asked, key: segmentKey, metric, withoutDrift: true });
  const hasReference = scope.detail.references.length > 0 && scope.detail.task !== "ranking";
  const drift = useAsk(
    "performance.segments",
    { ...asked, key: segmentKey, metric: "tv", feature: "@output" },
    { enabled: hasReference && table.data !== undefined },
  );
  const change = useAsk("segments.change", { ...asked, key: segmentKey, metric, against: AGAINST[cmp] });
  const alerts = useAsk("alerts.list", { model: scope.model, status: "active", limit: 200 });
  const fitting = change.isPlaceholderData ? undefined : change.data;
  return (
    <Loaded query={table} what={`segments of ${scope.model}`} height="page">
      {(found) => {
        const { icon, say } = segmentsAnswer(found, fitting ?? null);
        return (
          <>
            <Answer
              heading={`Segments of ${scope.model}`}
              icon={<Icon name={icon} />}
              say={say}
              more={answerNote(found)}
            />
            <div className="grid">
              <SegmentTablePanel
                scope={scope}
                table={found}
                busy={table.isPlaceholderData}
                alerts={alerts.data?.alerts ?? []}
                drift={new Map((drift.data ?? []).map(({ value, point }) => [value, point]))}
              />
              <ChangePanel scope={scope} query={change} segmentKey={segmentKey} metric={metric} />
              <WorstPanel scope={scope} metric={metric} />
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
