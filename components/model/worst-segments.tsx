"use client";
import { useState } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { IntervalDot } from "#components/charts/light-charts.tsx";
import { rankSegments, SEGMENTS_SHOWN } from "#components/model/rank-segments.ts";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Segmented } from "#components/ui/fields.tsx";
import { integer, percent, plural } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Panel, PanelLink } from "#components/ui/panel.tsx";

export function WorstSegments({ scope, metric }: { scope: Scope; metric: string | null }) {
  const keys = scope.detail.segments
    .filter((segment) => segment.values.length > 1)
    .map((segment) => segment.key);
  const keep = useCarry();
  const [chosen, choose] = useState<string | null>(null);
  const key = chosen ?? keys[0];
  if (key === undefined || metric === null)
    return (
      <Panel className="c4" title="Worst segments">
        <Empty title="No segments yet.">
          <p>Declare a feature as segment, or send `segments` with each row, to see who is affected.</p>
        </Empty>
      </Panel>
    );
  return (
    <Panel
      className="c4"
      title="Worst segments"
      sub={keys.length > 1 ? undefined : key}
      foot={
        <PanelLink href={keep(`${modelPath(scope.model, "segments")}?${new URLSearchParams({ key })}`)}>
          Gaps to the rest, and what changed
        </PanelLink>
      }
      end={
        keys.length > 1 ? (
          <Segmented
            label="Segment key"
            small
            value={key}
            options={keys.slice(0, 3).map((value) => ({ value, label: value }))}
            onChange={choose}
          />
        ) : null
      }
    >
      <SegmentList scope={scope} metric={metric} segmentKey={key} />
    </Panel>
  );
}

function SegmentList({ scope, metric, segmentKey }: { scope: Scope; metric: string; segmentKey: string }) {
  const { segment: _, ...asked } = scope.asked;
  const query = useAsk("performance.segments", { ...asked, key: segmentKey, metric });
  return (
    <Loaded query={query} what={`segments by ${segmentKey}`} height={180}>
      {(rows) => {
        const { judged, small, domain } = rankSegments(rows, metric);
        if (judged.length === 0)
          return <Empty icon="low" title="No segment has enough labels to be judged in this range." />;
        return (
          <>
            <table className="dense">
              <caption className="sr">
                {segmentKey}, worst {metricShort(metric)} first
              </caption>
              <thead>
                <tr>
                  <th scope="col">{segmentKey}</th>
                  <th scope="col" className="num">
                    Rows
                  </th>
                  <th scope="col">{metricShort(metric)}, 95 %</th>
                  <th scope="col" className="num">
                    Share
                  </th>
                </tr>
              </thead>
              <tbody>
                {judged.slice(0, SEGMENTS_SHOWN).map((row) => (
                  <tr key={row.value}>
                    <th scope="row">{row.value}</th>
                    <td className="num">{integer(row.n)}</td>
                    <td
                      title={`${metricValue(metric, row.point.value)} (${metricInterval(metric, row.point.ci)})`}
                    >
                      <span className="sr">
                        {metricValue(metric, row.point.value)} ({metricInterval(metric, row.point.ci)})
                      </span>
                      <IntervalDot
                        value={row.point.value ?? 0}
                        ci={row.point.ci}
                        domain={domain}
                        width={84}
                        height={18}
                      />
                    </td>
                    <td className="num">{percent(row.share, 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {small > 0 ? <p className="foot">{plural(small, "segment")} too small to judge.</p> : null}
          </>
        );
      }}
    </Loaded>
  );
}
