"use client";
import Link from "next/link";
import { parseAsString, useQueryState } from "nuqs";
import { predictionsHref } from "#components/alerts/alert-links.ts";
import { averageOf, standouts } from "#components/alerts/segment-standouts.ts";
import { DotInterval, sharedDomain } from "#components/ui/dot-interval.tsx";
import { Segmented } from "#components/ui/fields.tsx";
import { integer, percent } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { AlertDetail, SegmentRow } from "#server/api/contract.ts";

const SHOWN_MAX = 12;

/** The monitor's metric by segment over the alert, worst first. */
export function AlertWhere({ alert }: { alert: AlertDetail }) {
  const [key, setKey] = useQueryState("by", parseAsString);
  if (alert.where.length === 0) return null;
  const chosen = alert.where.find((entry) => entry.key === key) ?? alert.where[0];
  if (!chosen) return null;
  const judged = chosen.rows.filter((row) => row.point.value !== null && row.point.status !== "LOW_N");
  const small = chosen.rows.length - judged.length;
  return (
    <div id="where" className="c7">
      <Panel
        title="Where"
        sub={`${metricShort(alert.metric)} over the alert, worst first`}
        end={
          alert.where.length > 1 ? (
            <Segmented
              small
              label="Segments by"
              value={chosen.key}
              options={alert.where.map((entry) => ({ value: entry.key, label: entry.key }))}
              onChange={(value) => void setKey(value)}
            />
          ) : undefined
        }
        foot={footOf(judged, small, alert)}
      >
        <WhereTable
          alert={alert}
          name={chosen.key}
          rows={judged.slice(0, SHOWN_MAX)}
          average={averageOf(judged)}
        />
      </Panel>
    </div>
  );
}

function footOf(judged: readonly SegmentRow[], small: number, alert: AlertDetail): string {
  const count = standouts(judged, alert.op).length;
  const verdict =
    count === 0
      ? "No segment stands out: no interval is wholly worse than the others are on average."
      : `${integer(count)} of ${integer(judged.length)} stand out: their whole interval is worse than the others are on average.`;
  const hidden = judged.length > SHOWN_MAX ? ` The ${SHOWN_MAX} worst are shown.` : "";
  const rest = small > 0 ? ` ${integer(small)} with too few rows to judge are left out.` : "";
  return `${verdict}${hidden}${rest}`;
}

function WhereTable({
  alert,
  name,
  rows,
  average,
}: {
  alert: AlertDetail;
  name: string;
  rows: readonly SegmentRow[];
  average: number | null;
}) {
  const domain = sharedDomain(
    rows.map((row) => row.point),
    [alert.limit, average],
  );
  return (
    <ScrollRegion label={`${metricShort(alert.metric)} by ${name}`}>
      <table className="where">
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col" className="num">
              n
            </th>
            <th scope="col" className="num">
              Share
            </th>
            <th scope="col">{metricShort(alert.metric)}; line: average, red: limit</th>
            <th scope="col">
              <span className="sr">Rows</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.value}>
              <th scope="row">{row.value}</th>
              <td className="num">{integer(row.point.nCur)}</td>
              <td className="num">{percent(row.share)}</td>
              <td>
                <span className="dotcell">
                  <DotInterval
                    value={row.point.value}
                    lo={row.point.ci?.lo}
                    hi={row.point.ci?.hi}
                    domain={domain}
                    marks={[
                      ...(average === null ? [] : [{ at: average }]),
                      { at: alert.limit, tone: "page" as const },
                    ]}
                  />
                  <span>
                    {metricValue(alert.metric, row.point.value)}{" "}
                    <span className="ci">{metricInterval(alert.metric, row.point.ci)}</span>
                  </span>
                </span>
              </td>
              <td className="num">
                <Link
                  className="more"
                  href={predictionsHref({
                    ...alert.rows,
                    segment: [...alert.rows.segment, `${name}:${row.value}`],
                  })}
                >
                  Rows<span className="sr"> of {row.value}</span>
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
