"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import { CRITERION_WORDS } from "#components/fairness/criterion-words.ts";
import type { Unit } from "#components/fairness/fairness-words.ts";
import { gapLines, gapSeries } from "#components/fairness/gap-series.ts";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty } from "#components/ui/block.tsx";
import { change } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import type { FairnessAnswer, FairnessCriterion } from "#server/api/contracts/fairness.ts";

interface GapOverTimeProps {
  scope: Scope;
  answer: FairnessAnswer;
  criterion: FairnessCriterion;
  busy: boolean;
}

/** One group's gap by window, and what all rows so far say together. */
export function GapOverTime({ scope, answer, criterion, busy }: GapOverTimeProps) {
  const { overTime, reference } = answer;
  const events = useAsk("models.events", {
    model: scope.model,
    from: scope.asked.from,
    to: scope.asked.to,
  });
  const setRange = useSetRange();
  const { name, unit } = CRITERION_WORDS[criterion];
  const { fromMs, toMs, zone } = scope;
  const model = useMemo(
    () =>
      prepareTimeSeries({
        metric: unit === "ratio" ? "Ratio" : "Gap in points",
        subject: `${overTime?.group ?? ""} against ${reference?.group ?? ""}`,
        fromMs,
        toMs,
        zone,
        series: gapSeries(overTime?.points ?? [], unit),
        references: gapLines(unit, answer.tolerance).map((value) => ({
          fromMs,
          toMs,
          value,
          label: lineLabel(unit, value),
        })),
      }),
    [overTime, reference, unit, fromMs, toMs, zone, answer.tolerance],
  );
  if (overTime === null || overTime.points.length === 0)
    return (
      <Panel className="c8" title="Over time">
        <Empty icon="info" title={`${name} is told for the range as a whole.`}>
          <p>What is kept by window are sums, which this criterion cannot be told from.</p>
        </Empty>
      </Panel>
    );
  if (overTime.points.every(({ value }) => value === null))
    return (
      <Panel className="c8" title={`${overTime.group} over time`}>
        <Empty icon="low" title={`No window has 30 rows of ${overTime.group}.`}>
          <p>Choose a wider window to follow it, or a larger group above.</p>
        </Empty>
      </Panel>
    );
  return (
    <TimeSeriesChart
      className="c8"
      title={`${overTime.group} over time`}
      sub={`${name} against ${reference?.group ?? ""} ${BY_WINDOW[scope.window]}; click a group above for another`}
      height={240}
      busy={busy}
      model={model}
      events={events.data ?? []}
      onRange={setRange}
    />
  );
}

function lineLabel(unit: Unit, value: number): string {
  if (unit === "ratio") return value < 1 ? "four fifths" : "five fourths";
  return `tolerance ${change(value, unit === "points" ? 0 : 2)}`;
}
