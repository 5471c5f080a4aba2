"use client";
import Link from "next/link";
import { useQueryStates } from "nuqs";
import { Sparkline } from "#components/charts/light-charts.tsx";
import { gapInterval, metricName, valueText } from "#components/segments/segment-metrics.ts";
import { gapWords, standsWords } from "#components/segments/segments-answer.ts";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { scopeParsers } from "#components/shell/search-params.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty } from "#components/ui/block.tsx";
import { DotInterval, sharedDomain } from "#components/ui/dot-interval.tsx";
import { fixed, integer, NOTHING, percent, plural, range } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { statusWords } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { AlertListItem, MetricPoint } from "#server/api/contract.ts";
import type { SegmentTable, SegmentTableRow } from "#server/api/contracts/segments.ts";

const SHOWN_MAX = 100;

interface SegmentTablePanelProps {
  scope: Scope;
  table: SegmentTable;
  busy: boolean;
  alerts: readonly AlertListItem[];
  /** Of the predictions, by value; it comes later than the table. */
  drift: ReadonlyMap<string, MetricPoint>;
}

/** Every value of the key, surest bad gap first; what cannot be judged stands apart and is never ranked. */
export function SegmentTablePanel({ scope, table, busy, alerts, drift }: SegmentTablePanelProps) {
  const judged = table.rows.filter((row) => !row.small && row.point.value !== null);
  const small = table.rows.filter((row) => !judged.includes(row));
  return (
    <Panel
      className="c12"
      title={`By ${table.key}`}
      sub={`${metricName(table.metric)}; worst sure gap first; line: all rows`}
      busy={busy}
      foot={footOf(judged.length, table)}
    >
      {judged.length === 0 ? (
        <Empty icon="low" title={`No ${table.key} has enough rows to be judged.`} />
      ) : (
        <Rows scope={scope} table={table} rows={judged.slice(0, SHOWN_MAX)} alerts={alerts} drift={drift} />
      )}
      {small.length > 0 ? <TooSmall table={table} rows={small} /> : null}
    </Panel>
  );
}

function footOf(judged: number, { noGap }: SegmentTable): string | undefined {
  if (noGap !== null) return noGap;
  return judged > SHOWN_MAX ? `The ${SHOWN_MAX} worst of ${integer(judged)} are shown.` : undefined;
}

interface RowsProps {
  scope: Scope;
  table: SegmentTable;
  rows: readonly SegmentTableRow[];
  alerts: readonly AlertListItem[];
  drift: ReadonlyMap<string, MetricPoint>;
}

function Rows({ scope, table, rows, alerts, drift }: RowsProps) {
  const values = sharedDomain(
    rows.map(({ point }) => point),
    [table.all.value],
  );
  const gaps = sharedDomain(
    rows.map(({ gap }) => ({ value: gap?.value ?? null, ci: gap?.ci ?? null })),
    [0],
  );
  return (
    <ScrollRegion label={`${metricName(table.metric)} by ${table.key}`}>
      <table className="segtable">
        <thead>
          <tr>
            <th scope="col">{table.key}</th>
            <th scope="col" className="num">
              Rows
            </th>
            <th scope="col" className="num">
              Share
            </th>
            <th scope="col">{metricName(table.metric)}, 95 %</th>
            <th scope="col">Gap to the rest, 95 %</th>
            <th scope="col" title="Share of its predictions that moved to other scores than in the reference">
              Drift, TV
            </th>
            <th scope="col">Trend</th>
            <th scope="col">Alerts</th>
            <th scope="col">
              <span className="sr">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.value}
              scope={scope}
              table={table}
              row={row}
              drift={drift.get(row.value) ?? null}
              domains={{ values, gaps }}
              alerts={alerts.filter(({ segment }) => segment === `${table.key}:${row.value}`)}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface RowProps {
  scope: Scope;
  table: SegmentTable;
  row: SegmentTableRow;
  drift: MetricPoint | null;
  domains: { values: [number, number]; gaps: [number, number] };
  alerts: readonly AlertListItem[];
}

function Row({ scope, table, row, drift, domains, alerts }: RowProps) {
  const [{ seg }, set] = useQueryStates(scopeParsers);
  const keep = useCarry();
  const name = `${table.key}:${row.value}`;
  const isOn = seg.includes(name);
  const { metric } = table;
  const { point, gap } = row;
  return (
    <tr className={isOn ? "go on" : "go"}>
      <th scope="row">
        <button
          type="button"
          className="link"
          aria-pressed={isOn}
          title={isOn ? "Stop filtering by it" : "Filter all pages of the model by it"}
          onClick={() => void set({ seg: isOn ? [] : [name] })}
        >
          {row.value}
        </button>
      </th>
      <td className="num">
        {integer(point.nCur)}
        {point.status === "IMMATURE" ? <span className="second">{statusWords(point)}</span> : null}
      </td>
      <td className="num">{percent(row.share)}</td>
      <td>
        <span className="dotcell">
          <DotInterval
            value={point.value}
            lo={point.ci?.lo}
            hi={point.ci?.hi}
            domain={domains.values}
            marks={table.all.value === null ? [] : [{ at: table.all.value }]}
          />
          <span>
            {valueText(metric, point.value)}
            {point.ci === null ? null : (
              <span className="second">
                {range(point.ci.lo, point.ci.hi, (value) => valueText(metric, value))}
              </span>
            )}
          </span>
        </span>
      </td>
      <td>
        {gap === null ? (
          <span className="subtle">{NOTHING}</span>
        ) : (
          <span className="dotcell">
            <DotInterval
              value={gap.value}
              lo={gap.ci?.lo}
              hi={gap.ci?.hi}
              domain={domains.gaps}
              marks={[{ at: 0 }]}
              pale={row.stands === "alike"}
            />
            <span>
              <span className={row.stands === "alike" ? "muted" : undefined}>
                {row.stands === "worse" ? <Icon name="ticket" size="s" /> : null}
                {gapWords(metric, row)} <span className="ci">({gapInterval(metric, gap.ci)})</span>
              </span>
              <span className="second">{standsWords(row)}</span>
            </span>
          </span>
        )}
      </td>
      <td>
        {drift?.value == null ? (
          <span className="subtle">{NOTHING}</span>
        ) : (
          <>
            {fixed(drift.value, 2)}
            {drift.ci === null ? null : (
              <span className="second">{range(drift.ci.lo, drift.ci.hi, (value) => fixed(value, 2))}</span>
            )}
          </>
        )}
      </td>
      <td>{row.trend.length > 1 ? <Sparkline values={row.trend.map(({ value }) => value)} /> : NOTHING}</td>
      <td>
        <AlertCell alerts={alerts} />
      </td>
      <td className="num">
        <Link className="more" href={predictionsHref(keep, scope.model, name)}>
          Predictions<span className="sr"> of {row.value}</span>
        </Link>
      </td>
    </tr>
  );
}

/** The range goes along; the segment is this row's. */
export function predictionsHref(keep: (href: string) => string, model: string, segment: string): string {
  return keep(`${modelPath(model, "predictions")}?${new URLSearchParams({ seg: segment })}`);
}

function AlertCell({ alerts }: { alerts: readonly AlertListItem[] }) {
  const [first] = alerts;
  if (first === undefined) return <span className="subtle">none</span>;
  const isPage = alerts.some(({ severity }) => severity === "page");
  return (
    <Link className="segalert" href={`/alerts/${encodeURIComponent(first.id)}`}>
      <Icon name={isPage ? "page" : "ticket"} size="s" /> {alerts.length} open
    </Link>
  );
}

function TooSmall({ table, rows }: { table: SegmentTable; rows: readonly SegmentTableRow[] }) {
  return (
    <details className="toosmall">
      <summary>
        <Icon name="low" size="s" /> {plural(rows.length, "segment")} too small to judge
      </summary>
      <ul>
        {rows.map((row) => (
          <li key={row.value}>
            {row.value} <span className="muted">{plural(row.point.nCur, "row")}</span>
            {row.point.value === null ? null : (
              <span className="subtle"> {valueText(table.metric, row.point.value)}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
