"use client";
import Link from "next/link";
import { useQueryStates } from "nuqs";
import { averageOf, standouts } from "#components/alerts/segment-standouts.ts";
import { useAsk } from "#components/api/use-api.ts";
import { newMonitorHref } from "#components/monitors/monitor-links.ts";
import { performanceParsers } from "#components/performance/performance-params.ts";
import { modelPath } from "#components/shell/carry.ts";
import { scopeParsers } from "#components/shell/search-params.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { DotInterval, sharedDomain } from "#components/ui/dot-interval.tsx";
import { Segmented } from "#components/ui/fields.tsx";
import { integer, percent } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { Monitor, SegmentRow } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

const SHOWN_MAX = 30;

/** The metric by segment over the range, worst first; what cannot be judged is counted, not ranked. */
export function BySegment({
  scope,
  metric,
  monitor,
}: {
  scope: Scope;
  metric: string;
  monitor: Monitor | null;
}) {
  const [{ by }, set] = useQueryStates(performanceParsers);
  const keys = scope.detail.segments.filter((segment) => segment.values.length > 0);
  const key = keys.find((segment) => segment.key === by)?.key ?? keys[0]?.key ?? null;
  const { segment: _, ...asked } = scope.asked;
  const query = useAsk(
    "performance.segments",
    { ...asked, key: key ?? "", metric },
    { enabled: key !== null },
  );
  if (key === null)
    return (
      <Panel className="c12" title="By segment">
        <Empty
          icon="info"
          title="No segments yet."
          action={
            <LinkButton href={modelPath(scope.model, "settings")}>Choose features as segments</LinkButton>
          }
        >
          <p>Segments tell whether all traffic is treated alike, and where a change comes from.</p>
        </Empty>
      </Panel>
    );
  return (
    <Panel
      className="c12"
      title="By segment"
      sub={`${metricShort(metric)} over the range, worst first`}
      busy={query.isPlaceholderData}
      end={
        keys.length > 1 ? (
          <Segmented
            small
            label="Segments by"
            value={key}
            options={keys.slice(0, 6).map((segment) => ({ value: segment.key, label: segment.key }))}
            onChange={(value) => void set({ by: value })}
          />
        ) : undefined
      }
    >
      <Loaded query={query} what="the segments" height={240}>
        {(rows) => <SegmentTable rows={rows} name={key} scope={scope} metric={metric} monitor={monitor} />}
      </Loaded>
    </Panel>
  );
}

interface SegmentTableProps {
  rows: readonly SegmentRow[];
  name: string;
  scope: Scope;
  metric: string;
  monitor: Monitor | null;
}

function SegmentTable({ rows, name, scope, metric, monitor }: SegmentTableProps) {
  const [, set] = useQueryStates(scopeParsers);
  const op = (findMetric(metric)?.worse ?? "lower") === "lower" ? "below" : "above";
  const judged = worstFirst(
    rows.filter((row) => row.point.value !== null && row.point.status !== "LOW_N"),
    op,
  );
  const small = rows.length - judged.length;
  if (judged.length === 0)
    return (
      <p className="body muted">
        {rows.length === 0 ? "No rows in this range." : "No segment has enough labels to be judged."}
      </p>
    );
  const average = averageOf(judged);
  const out = new Set(standouts(judged, op).map((one) => one.row.value));
  const domain = sharedDomain(
    judged.slice(0, SHOWN_MAX).map((row) => row.point),
    [average, monitor?.limit ?? null],
  );
  return (
    <>
      <ScrollRegion label={`${metricShort(metric)} by ${name}`}>
        <table className="segments">
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col" className="num">
                Labelled
              </th>
              <th scope="col" className="num">
                Share of traffic
              </th>
              <th scope="col">
                {metricShort(metric)}; line: average{monitor ? ", red: limit" : ""}
              </th>
              <th scope="col">Against the others</th>
              <th scope="col">
                <span className="sr">Open</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {judged.slice(0, SHOWN_MAX).map((row) => (
              <tr key={row.value} className="go">
                <th scope="row">
                  <button
                    type="button"
                    className="link"
                    onClick={() => void set({ seg: [`${name}:${row.value}`] })}
                  >
                    {row.value}
                  </button>
                </th>
                <td className="num">{integer(row.point.nCur)}</td>
                <td className="num">{percent(row.share)}</td>
                <td>
                  <span className="dotcell">
                    <DotInterval
                      value={row.point.value}
                      lo={row.point.ci?.lo}
                      hi={row.point.ci?.hi}
                      domain={domain}
                      width={128}
                      marks={[
                        ...(average === null ? [] : [{ at: average }]),
                        ...(monitor ? [{ at: monitor.limit, tone: "page" as const }] : []),
                      ]}
                    />
                    <span>
                      {metricValue(metric, row.point.value)}{" "}
                      <span className="ci">{metricInterval(metric, row.point.ci)}</span>
                    </span>
                  </span>
                </td>
                <td>{out.has(row.value) ? "worse" : <span className="muted">no clear difference</span>}</td>
                <td className="num">
                  <Link
                    className="more"
                    href={newMonitorHref(scope.model, {
                      metric,
                      segment: `${name}:${row.value}`,
                      window: scope.window,
                    })}
                  >
                    Monitor<span className="sr"> {row.value}</span>
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="foot">{footOf(judged.length, small)}</p>
    </>
  );
}

function footOf(judged: number, small: number): string {
  const hidden = judged > SHOWN_MAX ? `The ${SHOWN_MAX} worst of ${integer(judged)} are shown. ` : "";
  const rest =
    small > 0
      ? `${integer(small)} with too few labels to judge are left out.`
      : "All have enough labels to be judged.";
  return `${hidden}${rest}`;
}

/** By the end of the interval that is nearer to good: a tiny group does not win by noise. */
function worstFirst(rows: readonly SegmentRow[], op: "above" | "below"): SegmentRow[] {
  const sure = (row: SegmentRow) =>
    op === "below" ? (row.point.ci?.hi ?? row.point.value ?? 0) : -(row.point.ci?.lo ?? row.point.value ?? 0);
  return [...rows].sort((a, b) => sure(a) - sure(b));
}
