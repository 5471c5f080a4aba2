"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import type { ApiProblem } from "#components/api/client.ts";
import { useAsk } from "#components/api/use-api.ts";
import { BarsChart, DistributionChart, TimeSeriesChart } from "#components/charts/charts.tsx";
import { LegendItem } from "#components/charts/legend.tsx";
import { SparkBars, Sparkline } from "#components/charts/light-charts.tsx";
import { prepareBars } from "#components/charts/prepare-bars.ts";
import { prepareDistribution } from "#components/charts/prepare-distribution.ts";
import { bandsOf, limitsOf, prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import { DEFAULT_DRIFT_METRIC } from "#components/drift/drift-metrics.ts";
import { DriftLegend, DriftTable, limitWords } from "#components/drift/drift-table.tsx";
import { NoReference } from "#components/drift/no-reference.tsx";
import { type DriftRow, latestWhole, prepareDriftRows } from "#components/drift/prepare-drift.ts";
import { mainMetric } from "#components/model/main-metric.ts";
import { OpenAlerts } from "#components/model/open-alerts.tsx";
import { prepareAnswer, prepareTiles, settled, type TileModel } from "#components/model/prepare-overview.ts";
import { useOtherVersion } from "#components/model/use-other-version.ts";
import { WhatChanged } from "#components/model/what-changed.tsx";
import { WorstSegments } from "#components/model/worst-segments.tsx";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { integer, plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Answer, Panel, PanelLink } from "#components/ui/panel.tsx";
import { STATE_WORDS } from "#components/ui/state.tsx";
import { Tile, TileStrip } from "#components/ui/tile.tsx";
import { parseInstant, windowText } from "#components/ui/time.ts";
import type { MetricPoint, MetricsAnswer } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

const DRIFT_SHOWN = 12;

/** The health of one model on one screen: is it still good, and if not, what moved? */
export function OverviewPage() {
  const scope = useScope();
  const metric = mainMetric(scope.detail.task);
  const series = useAsk("metrics.query", {
    ...scope.asked,
    metric: [metric, "volume", "label_coverage", "null_rate"].filter(Boolean).join(","),
    window: scope.window,
  });
  return (
    <>
      <TimeBar />
      <div className="wrap">
        <ScopeNotice answered={series.isPlaceholderData ? undefined : series.data?.window} />
        <Loaded query={series} what={scope.model} height="page">
          {(answer) => (
            <Overview scope={scope} metric={metric} points={answer.points} busy={series.isPlaceholderData} />
          )}
        </Loaded>
      </div>
    </>
  );
}

interface OverviewProps {
  scope: Scope;
  metric: string | null;
  points: readonly MetricPoint[];
  busy: boolean;
}

function Overview({ scope, metric, points, busy }: OverviewProps) {
  const asked = { ...scope.asked, window: scope.window };
  const drift = useAsk("metrics.query", { ...asked, metric: DEFAULT_DRIFT_METRIC, feature: "*" });
  const fresh = useAsk("metrics.query", {
    ...asked,
    from: new Date(scope.toMs - 3 * scope.windowMs).toISOString(),
    metric: "new_category_rate",
    feature: "*",
  });
  const monitors = useAsk("monitors.list", { model: scope.model });
  const active = useAsk("alerts.list", { model: scope.model, status: "active" });
  const past = useAsk("alerts.list", { model: scope.model, status: "all", limit: 200 });
  const events = useAsk("models.events", { model: scope.model });
  const other = useOtherVersion(scope, metric);
  const setRange = useSetRange();

  const of = (id: string | null) => points.filter((point) => point.metric === id);
  const main = of(metric);
  const watched = { metric: metric ?? "", feature: null, segment: scope.segment };
  const limits = limitsOf(monitors.data ?? [], watched);
  const driftRows = useMemo(
    () =>
      prepareDriftRows({
        metric: DEFAULT_DRIFT_METRIC,
        points: drift.data?.points ?? [],
        features: scope.detail.features,
        monitors: monitors.data ?? [],
        alerts: active.data?.alerts ?? [],
        segment: scope.segment,
        zone: scope.zone,
        order: "now",
        watermarkMs: parseInstant(scope.detail.watermark),
      }),
    [drift.data, monitors.data, active.data, scope.detail, scope.segment, scope.zone],
  );
  // What opened after the range says nothing about it; the list beside shows it all the same.
  const alerts = active.data?.alerts ?? [];
  const input = {
    detail: scope.detail,
    metric,
    main,
    limits,
    alerts: alerts.filter((alert) => Date.parse(alert.openedAt) < scope.toMs),
    events: events.data ?? [],
    drift: drift.data ? driftRows : null,
    volume: of("volume"),
    coverage: of("label_coverage"),
    nulls: of("null_rate"),
    newValues: fresh.data?.points ?? [],
    zone: scope.zone,
    nowMs: scope.nowMs,
  };
  const answer = prepareAnswer(input);
  return (
    <>
      <Answer
        icon={<Icon name={answer.shape} label={STATE_WORDS[answer.shape]} />}
        say={answer.say}
        more={
          <>
            {answer.more}{" "}
            {answer.alert ? (
              <Link href={`/alerts/${encodeURIComponent(answer.alert.id)}`}>{answer.alert.words}</Link>
            ) : null}
          </>
        }
      />
      <Tiles scope={scope} tiles={prepareTiles(input)} />
      <div className="grid">
        {metric === null ? null : (
          <div className="c8 stack">
            <TimeSeriesChart
              className="grow"
              title={`${findMetric(metric)?.label ?? metric} ${BY_WINDOW[scope.window]}`}
              sub="from labels, 95 % interval of each window"
              height={340}
              onRange={setRange}
              whenEmpty={scope.detail.labelled === 0 ? <NoLabels scope={scope} /> : undefined}
              busy={busy}
              end={<NewMonitorLink scope={scope} metric={metric} />}
              events={input.events}
              model={prepareTimeSeries({
                metric,
                subject: scope.model,
                fromMs: scope.fromMs,
                toMs: scope.toMs,
                zone: scope.zone,
                series: [
                  { key: "live", label: scope.version ?? "live version", role: "live", points: main },
                  ...(other ? [other] : []),
                ],
                limits,
                alerts: bandsOf(past.data?.alerts ?? [], watched),
              })}
            />
          </div>
        )}
        <div className={metric === null ? "c12 stack" : "c4 stack"}>
          <OpenAlerts alerts={alerts} nowMs={scope.nowMs} zone={scope.zone} />
          <WhatChanged events={events.data ?? null} alerts={past.data?.alerts ?? []} scope={scope} />
        </div>
        <DriftPanel scope={scope} rows={driftRows} query={drift} />
        <VolumeChart scope={scope} volume={input.volume} coverage={input.coverage} />
        <ScoreChart scope={scope} rows={driftRows} volume={input.volume} />
        <WorstSegments scope={scope} metric={metric} />
      </div>
    </>
  );
}

const TILE_PAGES: Record<TileModel["key"], string> = {
  performance: "performance",
  drift: "drift",
  quality: "drift",
  volume: "predictions",
  labels: "performance",
};

function Tiles({ scope, tiles }: { scope: Scope; tiles: TileModel[] }) {
  const keep = useCarry();
  return (
    <TileStrip label="Health" count={tiles.length}>
      {tiles.map((tile) => (
        <Tile
          key={tile.key}
          shape={tile.shape}
          name={tile.name}
          href={keep(modelPath(scope.model, TILE_PAGES[tile.key]))}
          value={
            tile.value === null ? null : (
              <>
                {tile.value} <small>{tile.unit}</small>
              </>
            )
          }
          detail={tile.detail}
          trend={
            tile.bars ? (
              <SparkBars values={tile.trend.map((value) => value ?? 0)} />
            ) : (
              <Sparkline values={tile.trend} limit={tile.limit} limitLevel={tile.limitLevel} />
            )
          }
        />
      ))}
    </TileStrip>
  );
}

function NoLabels({ scope }: { scope: Scope }) {
  return (
    <Empty
      icon="wait"
      title="No labels received yet."
      action={
        <LinkButton href={`/models/new?model=${encodeURIComponent(scope.model)}`}>
          How to send labels
        </LinkButton>
      }
    >
      <p>
        Performance needs the truth: send it with the prediction’s id as soon as it is known, in any order.
        Late labels amend the windows they belong to.
      </p>
    </Empty>
  );
}

function NewMonitorLink({ scope, metric }: { scope: Scope; metric: string }) {
  return (
    <PanelLink href={`${modelPath(scope.model, "monitors", "new")}?metric=${encodeURIComponent(metric)}`}>
      New monitor
    </PanelLink>
  );
}

interface DriftPanelProps {
  scope: Scope;
  rows: readonly DriftRow[];
  query: UseQueryResult<MetricsAnswer, ApiProblem>;
}
function DriftPanel({ scope, rows, query }: DriftPanelProps) {
  const keep = useCarry();
  const hasReference = rows.some((row) => row.now?.refId);
  if (query.data === undefined)
    return (
      <Panel className="c12" title="Drift">
        <Loaded query={query} what="drift" height={340}>
          {() => null}
        </Loaded>
      </Panel>
    );
  if (!hasReference)
    return (
      <div className="c12">
        <NoReference scope={scope} />
      </div>
    );
  const shown = rows.slice(0, DRIFT_SHOWN);
  return (
    <Panel
      className="c12"
      title="Drift"
      sub={`top ${integer(shown.length)} of ${integer(rows.length)}, ${metricShort(DEFAULT_DRIFT_METRIC)} of each window against the live version’s reference, divided by ${limitWords(rows, DEFAULT_DRIFT_METRIC)}`}
      end={
        <>
          <DriftLegend rows={shown} />
          <PanelLink href={keep(modelPath(scope.model, "drift"))}>All {integer(rows.length)}</PanelLink>
        </>
      }
    >
      <DriftTable
        rows={shown}
        metric={DEFAULT_DRIFT_METRIC}
        fromMs={scope.fromMs}
        toMs={scope.toMs}
        zone={scope.zone}
        hrefOf={(feature) => keep(modelPath(scope.model, "features", feature))}
      />
    </Panel>
  );
}

function VolumeChart({
  scope,
  volume,
  coverage,
}: {
  scope: Scope;
  volume: readonly MetricPoint[];
  coverage: readonly MetricPoint[];
}) {
  const shares = new Map(coverage.map((point) => [point.from, point.value]));
  const labelled = scope.detail.labelled > 0;
  const bars = volume.map((point) => {
    const share = shares.get(point.from);
    return {
      fromMs: Date.parse(point.from),
      toMs: Date.parse(point.to),
      total: point.value ?? 0,
      part: labelled && share != null ? Math.round(share * (point.value ?? 0)) : null,
      open: point.status === "PARTIAL",
    };
  });
  return (
    <BarsChart
      className="c4"
      title={`Rows and labels ${BY_WINDOW[scope.window]}`}
      legend={
        <ul className="legend">
          <LegendItem mark="bar-light" colour="var(--muted)">
            no label yet
          </LegendItem>
          <LegendItem mark="bar" colour="var(--muted)">
            labelled
          </LegendItem>
        </ul>
      }
      model={prepareBars({
        subject: scope.model,
        noun: "rows",
        partWord: "labelled",
        bars,
        fromMs: scope.fromMs,
        toMs: scope.toMs,
        zone: scope.zone,
      })}
    />
  );
}

/** What the model says now against what it said in the reference, in the newest whole window. */
function ScoreChart({
  scope,
  rows,
  volume,
}: {
  scope: Scope;
  rows: readonly DriftRow[];
  volume: readonly MetricPoint[];
}) {
  const output = rows.find((row) => row.feature === "@output");
  const psi = useAsk(
    "metrics.query",
    {
      ...scope.asked,
      metric: DEFAULT_DRIFT_METRIC,
      feature: "@output",
      window: scope.window,
    },
    { enabled: output === undefined },
  );
  const now =
    output?.now ??
    latestWhole(psi.data?.points ?? [], parseInstant(scope.detail.watermark)) ??
    settled(volume);
  const from = now?.from ?? scope.asked.from;
  const to = now?.to ?? scope.asked.to;
  const query = useAsk("drift.distribution", { ...scope.asked, from, to, feature: "@output" });
  const words =
    now && now.metric === DEFAULT_DRIFT_METRIC && now.value !== null
      ? `PSI ${metricValue(now.metric, now.value)} (${metricInterval(now.metric, now.ci)})`
      : "";
  const when = windowText(Date.parse(from), Date.parse(to), scope.zone);
  return (
    <div className="c4 stack">
      <Loaded query={query} what="the scores" height={240}>
        {(distribution) => (
          <DistributionChart
            className="grow"
            title={scope.detail.task === "binary" ? "Score" : "Predicted"}
            sub={words || plural(distribution.current.n, "row")}
            model={prepareDistribution(distribution)}
            legend={
              <ul className="legend">
                <LegendItem mark="bar" colour="var(--s1)">
                  {when}
                </LegendItem>
                {distribution.reference ? (
                  <LegendItem mark="outline" colour="var(--reference)">
                    reference
                  </LegendItem>
                ) : null}
              </ul>
            }
          />
        )}
      </Loaded>
    </div>
  );
}
