"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { slotPoints } from "#components/alerts/slot-points.ts";
import type { ApiProblem } from "#components/api/client.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import type { BacktestView, FiredEpisode, History } from "#components/monitors/backtest-model.ts";
import { spanText, warnings } from "#components/monitors/backtest-words.ts";
import { EvidenceBacktest } from "#components/monitors/evidence-backtest.tsx";
import type { MonitorValues } from "#components/monitors/monitor-values.ts";
import { watchedWords, windowAdjective } from "#components/monitors/monitor-words.ts";
import { WINDOW_MS } from "#components/shell/time-range.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { integer, percent, plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { durationText, instantText } from "#components/ui/time.ts";
import type { BacktestAnswer, ModelDetail, MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export interface BacktestPanelProps {
  model: ModelDetail;
  values: MonitorValues;
  /** The saved rule and what it did, where it watches the same thing. */
  saved: MonitorValues | null;
  savedView: BacktestView | null;
  now: { view: BacktestView; rule: MonitorRule } | null;
  history: History | null;
  reference: number | null;
  query: UseQueryResult<BacktestAnswer, ApiProblem>;
  /** What is shown was gathered for another rule; the server is at it. */
  isStale: boolean;
}

/** If this rule had run on the stored history. */
export function BacktestPanel(props: BacktestPanelProps) {
  const { model, values, now, history, query, isStale } = props;
  if (query.isError && !history)
    return (
      <Panel title="If it had run">
        <ErrorBlock what="the history" problem={query.error} onRetry={() => void query.refetch()} />
      </Panel>
    );
  if (!history)
    return (
      <Panel title="If it had run">
        <Skeleton height={420} />
      </Panel>
    );
  if (history.slots.length === 0)
    return (
      <Panel title="If it had run">
        <NoHistory values={values} />
      </Panel>
    );
  return (
    <div className={isStale ? "preview stale" : "preview"} aria-busy={isStale || undefined}>
      <HistoryChart {...props} history={history} />
      {now && values.decide === "evidence" ? (
        <EvidenceBacktest
          model={model}
          history={history}
          shown={now}
          severity={values.severity}
          busy={isStale}
        />
      ) : null}
      {now ? <Warnings view={now.view} values={values} /> : null}
      {now ? <FireList view={now.view} rule={now.rule} history={history} /> : null}
    </div>
  );
}

function NoHistory({ values }: { values: MonitorValues }) {
  const definition = findMetric(values.metric);
  const why = definition?.needsReference
    ? "This metric compares with a reference; the version may have none yet."
    : definition?.needsLabels
      ? "This metric needs labels; none have come for what the rule watches."
      : "Nothing was logged for what the rule watches.";
  return (
    <Empty icon="nodata" title="There is no history to try this rule on.">
      <p>{why} It can be saved all the same, and starts judging when windows come.</p>
    </Empty>
  );
}

function HistoryChart({
  model,
  values,
  saved,
  savedView,
  now,
  history,
  reference,
  isStale,
}: BacktestPanelProps & { history: History }) {
  const { zone } = useZone();
  // The sentence follows every move at once; the picture may follow a frame later.
  const shown = useDeferredValue(now);
  const chart = useMemo(
    () => chartModel({ model, history, reference, shown, saved, zone, severity: values.severity }),
    [model, history, reference, shown, saved, zone, values.severity],
  );
  return (
    <TimeSeriesChart
      title={`If it had run on ${spanText(now?.view.spanMs ?? history.to - history.from)}`}
      sub={`${watchedWords(values)}, ${windowAdjective(values.window)}, 95 % interval`}
      busy={isStale}
      height={values.decide === "evidence" ? 200 : 260}
      model={chart}
      above={now ? <Strip view={now.view} before={savedView} /> : null}
    />
  );
}

function chartModel(input: {
  model: ModelDetail;
  history: History;
  reference: number | null;
  shown: { view: BacktestView; rule: MonitorRule } | null;
  saved: MonitorValues | null;
  zone: string;
  severity: "page" | "ticket";
}) {
  const { model, history, reference, shown, saved, zone, severity } = input;
  const rule = shown?.rule ?? null;
  const windowMs = rule ? WINDOW_MS[rule.window] : 0;
  const points = rule ? slotPoints(history.slots, rule, windowMs).map((point) => markLow(point, rule)) : [];
  const fromMs = Math.min(history.from, Date.parse(points[0]?.from ?? new Date(history.from).toISOString()));
  const metric = rule?.metric ?? "volume";
  return prepareTimeSeries({
    metric,
    subject: model.model,
    fromMs,
    toMs: history.to,
    zone,
    series: [{ key: "value", label: metricShort(metric), role: "live", points }],
    limits: rule ? [{ value: rule.limit, severity, op: rule.op }] : [],
    references: [
      ...(reference === null
        ? []
        : [
            {
              fromMs,
              toMs: history.to,
              value: reference,
              label: `reference ${metricValue(metric, reference, "sentence")}`,
            },
          ]),
      ...(saved && rule && saved.limit !== rule.limit
        ? [
            {
              fromMs,
              toMs: history.to,
              value: saved.limit,
              label: `saved limit ${metricLimit(metric, saved.limit)}`,
            },
          ]
        : []),
    ],
    alerts: (shown?.view.fires ?? []).map((fire, index) => ({
      id: String(index),
      fromMs: fire.openedAt,
      toMs: fire.closedAt,
      severity,
      status: "open" as const,
      title: `Would have fired ${instantText(fire.openedAt, zone)}`,
    })),
  });
}

/** Windows under the rule's own minimum are drawn as such: they were not judged. */
function markLow<Point extends { nCur: number; status: string }>(point: Point, rule: MonitorRule): Point {
  return rule.metric !== "volume" && point.nCur < rule.minN && point.status === "OK"
    ? { ...point, status: "LOW_N" }
    : point;
}

function Strip({ view, before }: { view: BacktestView; before: BacktestView | null }) {
  const was = (text: (one: BacktestView) => string) =>
    before ? <dd className="was">saved rule: {text(before)}</dd> : null;
  return (
    <dl className="strip5">
      <div>
        <dt>Alerts</dt>
        <dd className="big">
          {integer(view.fires.length)} {view.openNow ? <small>one open at the end</small> : null}
        </dd>
        {was((one) => integer(one.fires.length))}
      </div>
      <div>
        <dt>Open for</dt>
        <dd className="big">{spanText(view.openMs)}</dd>
        {was((one) => spanText(one.openMs))}
      </div>
      <div>
        <dt>Of the time</dt>
        <dd className="big">{percent(view.openShare, view.openShare < 0.1 ? 1 : 0)}</dd>
        {was((one) => percent(one.openShare, one.openShare < 0.1 ? 1 : 0))}
      </div>
      <div>
        <dt>Single window</dt>
        <dd className="big">{integer(view.singleWindow)}</dd>
        {was((one) => integer(one.singleWindow))}
      </div>
      <div>
        <dt>Not judged</dt>
        <dd className="big">
          {integer(view.lowN + view.noData)}{" "}
          <small>of {plural(view.judged + view.lowN + view.noData, "window")}</small>
        </dd>
        {was((one) => integer(one.lowN + one.noData))}
      </div>
    </dl>
  );
}

function Warnings({ view, values }: { view: BacktestView; values: MonitorValues }) {
  const found = warnings(view, values, findMetric(values.metric)?.group === "drift");
  return (
    <div role="status">
      {found.length > 0 ? (
        <ul className="editor-warnings">
          {found.map((text) => (
            <li key={text}>
              <Icon name="ticket" size="s" />
              {text}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const SHOWN_MAX = 50;

function FireList({ view, rule, history }: { view: BacktestView; rule: MonitorRule; history: History }) {
  const newest = [...view.fires].reverse();
  return (
    <Panel
      title="Alerts it would have raised"
      sub={newest.length > 0 ? "newest first" : undefined}
      foot={
        newest.length > SHOWN_MAX
          ? `The newest ${SHOWN_MAX} of ${integer(newest.length)} are listed.`
          : "Replayed by the reducer that judges live windows, with labels as they are known by now."
      }
    >
      {newest.length === 0 ? (
        <p className="body muted">None on this history.</p>
      ) : (
        <ScrollRegion label="Table of alerts it would have raised">
          <table>
            <thead>
              <tr>
                <th scope="col">Fired</th>
                <th scope="col">Cleared</th>
                <th scope="col" className="num">
                  Open for
                </th>
                <th scope="col" className="num">
                  Windows
                </th>
                <th scope="col" className="num">
                  Worst {metricShort(rule.metric)}
                </th>
                <th scope="col" className="num">
                  n
                </th>
              </tr>
            </thead>
            <tbody>
              {newest.slice(0, SHOWN_MAX).map((fire) => (
                <FireLine key={fire.openedAt} fire={fire} rule={rule} endMs={history.to} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function FireLine({ fire, rule, endMs }: { fire: FiredEpisode; rule: MonitorRule; endMs: number }) {
  const { zone } = useZone();
  const nowMs = useNow();
  return (
    <tr>
      <th scope="row">{instantText(fire.openedAt, zone, nowMs)}</th>
      <td>
        {fire.closedAt === null ? (
          <span className="muted">still open</span>
        ) : (
          instantText(fire.closedAt, zone, nowMs)
        )}
      </td>
      <td className="num">{durationText(fire.closedAt === null ? endMs - fire.openedAt : fire.lengthMs)}</td>
      <td className="num">{integer(fire.windows)}</td>
      <td className="num">{metricValue(rule.metric, fire.peak)}</td>
      <td className="num">{integer(fire.n)}</td>
    </tr>
  );
}
