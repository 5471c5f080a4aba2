"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import type { ApiProblem } from "#components/api/client.ts";
import { ChangeBars } from "#components/segments/change-bars.tsx";
import {
  type ChangeModel,
  type ChangeRow,
  changeSentence,
  mixOrWithin,
  prepareChange,
  scoreSentence,
} from "#components/segments/prepare-change.ts";
import { exactMetric, metricName } from "#components/segments/segment-metrics.ts";
import { type Comparison, segmentsParsers } from "#components/segments/segments-params.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { Segmented } from "#components/ui/fields.tsx";
import { plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { rangeText } from "#components/ui/time.ts";
import type { ComparedSide, SegmentChange } from "#server/api/contracts/segments.ts";

const CHOICES: readonly { value: Comparison; label: string }[] = [
  { value: "prev", label: "Previous period" },
  { value: "week", label: "Same time last week" },
  { value: "ref", label: "Reference" },
];

interface ChangePanelProps {
  scope: Scope;
  query: UseQueryResult<SegmentChange, ApiProblem>;
  segmentKey: string;
  metric: string;
}

/** Why the metric is what it is now: other traffic, or the same traffic served otherwise. */
export function ChangePanel({ scope, query, segmentKey, metric }: ChangePanelProps) {
  const [{ cmp }, set] = useQueryStates(segmentsParsers);
  return (
    <Panel
      className="c8"
      title="What changed"
      sub={`${metricName(metric)} by ${segmentKey}`}
      busy={query.isPlaceholderData}
      end={
        <Segmented
          small
          label="Compare with"
          value={cmp}
          options={[...CHOICES]}
          onChange={(value) => void set({ cmp: value })}
        />
      }
    >
      <Loaded query={query} what="what changed" height={320}>
        {(change) => <Change scope={scope} change={change} />}
      </Loaded>
    </Panel>
  );
}

function Change({ scope, change }: { scope: Scope; change: SegmentChange }) {
  const model = prepareChange(change);
  if (model === null) return <Nothing scope={scope} change={change} />;
  const score = scoreSentence(change);
  return (
    <div className="change">
      <p className="say">{changeSentence(change, model, sideWords(scope, change.before))}</p>
      <p className="muted">{mixOrWithin(change, model, change.key)}</p>
      {score === null ? null : <p className="muted">{score}</p>}
      {change.status === "IMMATURE" ? (
        <p className="muted">
          <Icon name="wait" size="s" /> Labels of this range are still arriving, and not equally fast
          everywhere: a segment that reports late counts less for now.
        </p>
      ) : null}
      <Table model={model} change={change} />
      {model.isExact ? null : <ExactInstead scope={scope} metric={change.metric} />}
      <p className="note">
        {model.small.length > 0
          ? `${plural(model.small.length, "segment")} in grey: too small to judge, shown so that the sum is whole. `
          : ""}
        Intervals are 95 %, {blockWords(change.blocks)}. Rows are those behind the metric.
      </p>
    </div>
  );
}

/** What the intervals take to be independent of one another. */
function blockWords(blocks: string): string {
  if (blocks === "rows") return "from rows taken as independent";
  const days = blocks.endsWith("days");
  return `from ${blocks} as blocks, ${days ? "so that a storm counts once" : "so what lasts longer than one is underrated"}`;
}

function sideWords(scope: Scope, { from, to, refId }: ComparedSide): string {
  if (refId !== null || from === null || to === null) return "in the reference";
  return `in ${rangeText(Date.parse(from), Date.parse(to), scope.zone, scope.nowMs)}`;
}

function Nothing({ scope, change }: { scope: Scope; change: SegmentChange }) {
  const { before, after, metric } = change;
  if (after.value === null)
    return (
      <Empty icon="nodata" title={`No rows with ${metricName(metric)} lie in this range.`}>
        <p>Choose an earlier range, or a metric that needs no labels.</p>
      </Empty>
    );
  if (before.from === null)
    return (
      <Empty icon="info" title="There is no reference with what this metric needs.">
        <p>Add a reference with labels in the settings, or compare with the previous period.</p>
      </Empty>
    );
  return (
    <Empty icon="nodata" title={`No rows lie ${sideWords(scope, before)} to compare with.`}>
      <p>Choose a later or shorter range, or compare with the reference.</p>
    </Empty>
  );
}

function Table({ model, change }: { model: ChangeModel; change: SegmentChange }) {
  const { isExact, unit } = model;
  const per = unit === "" ? "" : `, ${unit}`;
  return (
    <ScrollRegion label={`Parts of the change by ${change.key}`}>
      <table className="changetable">
        <thead>
          <tr>
            <th scope="col">{change.key}</th>
            <th scope="col">Share of rows</th>
            <th scope="col">{metricName(change.metric)}</th>
            {isExact ? (
              <>
                <th scope="col" className="num">
                  <i className="swatch mix" aria-hidden="true" /> Mix{per}
                </th>
                <th scope="col" className="num">
                  <i className="swatch within" aria-hidden="true" /> Within{per}
                </th>
              </>
            ) : null}
            <th scope="col" className="num">
              {isExact ? "Together" : "Without its change"}
            </th>
            <th scope="col">
              <span className="sr">Picture</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {model.rows.map((row) => (
            <Part key={row.key} row={row} model={model} />
          ))}
          {model.small.map((row) => (
            <Part key={row.key} row={row} model={model} />
          ))}
        </tbody>
        <tfoot>
          {model.shared === null ? null : (
            <tr>
              <th scope="row">Of no single {change.key}</th>
              <td />
              <td />
              <td className="num">{model.shared}</td>
              <td />
            </tr>
          )}
          <tr className="sum">
            <th scope="row">All</th>
            <td />
            <td>
              {model.from} → {model.to}
            </td>
            {isExact ? (
              <>
                <td className="num">{model.total.mix}</td>
                <td className="num">{model.total.within}</td>
              </>
            ) : null}
            <td className="num">{model.total.total}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

function Part({ row, model }: { row: ChangeRow; model: ChangeModel }) {
  return (
    <tr className={row.small ? "dim" : undefined}>
      <th scope="row">
        {row.name}
        {row.note === null ? null : <span className="second">{row.note}</span>}
      </th>
      <td className="nowrap">{row.share}</td>
      <td className="nowrap">{row.values}</td>
      {model.isExact ? (
        <>
          <td className="num">{row.mix}</td>
          <td className="num">{row.within}</td>
        </>
      ) : null}
      <td className="num">
        <b>{row.total}</b>
      </td>
      <td>
        {row.small ? null : <ChangeBars bars={row.bars} domain={model.domain} isExact={model.isExact} />}
      </td>
    </tr>
  );
}

function ExactInstead({ scope, metric }: { scope: Scope; metric: string }) {
  const [, set] = useQueryStates(segmentsParsers);
  const exact = exactMetric(scope.detail.task);
  return (
    <p className="body exact">
      <span className="muted">{metricName(metric)} is no mean over rows.</span>{" "}
      <Button small look="quiet" onClick={() => void set({ m: exact })}>
        Show {metricName(exact)}, which adds up
      </Button>
    </p>
  );
}
