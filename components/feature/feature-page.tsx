"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { DistributionChart, TimeSeriesChart } from "#components/charts/charts.tsx";
import { LegendItem } from "#components/charts/legend.tsx";
import { prepareDistribution } from "#components/charts/prepare-distribution.ts";
import { bandsOf, limitsOf, prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import { BinTable } from "#components/drift/bin-table.tsx";
import { DEFAULT_DRIFT_METRIC, DRIFT_METRICS, driftMetricOptions } from "#components/drift/drift-metrics.ts";
import { limitSentence, movementWords, sinceSentence, verdictWord } from "#components/drift/feature-words.ts";
import { shiftUnitOf } from "#components/drift/known-limits.ts";
import { NoReference } from "#components/drift/no-reference.tsx";
import { type DriftRow, prepareDriftRows } from "#components/drift/prepare-drift.ts";
import { ThresholdConverter } from "#components/drift/threshold-converter.tsx";
import { EvidencePanel } from "#components/evidence/evidence-panel.tsx";
import { NumbersTable } from "#components/feature/numbers-table.tsx";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ChoiceMenu } from "#components/ui/menu.tsx";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Answer, Panel, PanelLink } from "#components/ui/panel.tsx";
import { parseInstant, windowText } from "#components/ui/time.ts";
import type { AlertListItem, Distribution, Monitor } from "#server/api/contract.ts";
import { METRICS } from "#server/metrics/registry.ts";

const parsers = { m: parseAsStringLiteral(DRIFT_METRICS).withDefault(DEFAULT_DRIFT_METRIC) };
const ALL_DISTANCES = DRIFT_METRICS.join(",");

/** Everything about one input: what it looks like now against the reference, and since when. */
export function FeaturePage({ feature }: { feature: string }) {
  const scope = useScope();
  const info = scope.detail.features.find((one) => one.name === feature);
  if (!info && feature !== "@output") return <UnknownFeature scope={scope} feature={feature} />;
  return <KnownFeature scope={scope} feature={feature} />;
}

function UnknownFeature({ scope, feature }: { scope: Scope; feature: string }) {
  return (
    <div className="wrap" id="answer" tabIndex={-1}>
      <Empty
        icon="nodata"
        title={`${scope.model} has no feature “${feature}”.`}
        action={<LinkButton href={modelPath(scope.model, "drift")}>See all features</LinkButton>}
      >
        <p>It may have been renamed, or no row has carried it yet.</p>
      </Empty>
    </div>
  );
}

function KnownFeature({ scope, feature }: { scope: Scope; feature: string }) {
  const [{ m }, set] = useQueryStates(parsers);
  const query = useAsk("metrics.query", { ...scope.asked, metric: m, feature, window: scope.window });
  const monitors = useAsk("monitors.list", { model: scope.model });
  const alerts = useAsk("alerts.list", { model: scope.model, status: "all", limit: 200 });
  useNeighbours(scope, feature);
  const rows = useMemo(
    () =>
      prepareDriftRows({
        metric: m,
        points: query.data?.points ?? [],
        features: scope.detail.features,
        monitors: monitors.data ?? [],
        alerts: alerts.data?.alerts ?? [],
        segment: scope.segment,
        zone: scope.zone,
        order: "now",
        watermarkMs: parseInstant(scope.detail.watermark),
      }),
    [query.data, monitors.data, alerts.data, scope.detail, scope.segment, scope.zone, m],
  );
  return (
    <>
      <TimeBar>
        <ChoiceMenu
          label="Metric"
          value={m}
          options={driftMetricOptions}
          onChange={(value) => void set({ m: value })}
        />
      </TimeBar>
      <div className="wrap">
        <ScopeNotice answered={query.isPlaceholderData ? undefined : query.data?.window} />
        <Loaded query={query} what={feature} height="page">
          {() => (
            <Feature
              scope={scope}
              feature={feature}
              metric={m}
              row={rows[0] ?? null}
              monitors={monitors.data ?? []}
              alerts={alerts.data?.alerts ?? []}
            />
          )}
        </Loaded>
      </div>
    </>
  );
}

/** j and k, or n and p as elsewhere, go to the next and previous feature. */
function useNeighbours(scope: Scope, feature: string): void {
  const router = useRouter();
  const keep = useCarry();
  const names = scope.detail.features.map((one) => one.name);
  const go = (by: number) => {
    const next = names[(names.indexOf(feature) + by + names.length) % names.length];
    if (next) router.push(keep(modelPath(scope.model, "features", next)));
  };
  useHotkeys({ j: () => go(1), k: () => go(-1) });
}

interface FeatureProps {
  scope: Scope;
  feature: string;
  metric: string;
  row: DriftRow | null;
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
}

const VERDICT_ICONS: Record<DriftRow["verdict"], IconName> = {
  over: "ticket",
  "may-be": "moved",
  within: "ok",
  low: "low",
  none: "nodata",
};

function Feature({ scope, feature, metric, row, monitors, alerts }: FeatureProps) {
  const label = feature === "@output" ? "prediction" : feature;
  const from = row?.now?.from ?? scope.asked.from;
  const to = row?.now?.to ?? scope.asked.to;
  const asked = { ...scope.asked, version: row?.now?.version ?? scope.version, from, to };
  const distribution = useAsk("drift.distribution", { ...asked, feature });
  return (
    <Loaded query={distribution} what={`the distribution of ${label}`} height="page">
      {(data) => (
        <FeatureBody
          scope={scope}
          feature={feature}
          label={label}
          metric={metric}
          row={row}
          distribution={data}
          when={windowText(Date.parse(from), Date.parse(to), scope.zone)}
          monitors={monitors}
          alerts={alerts}
          asked={asked}
        />
      )}
    </Loaded>
  );
}

interface FeatureBodyProps extends FeatureProps {
  label: string;
  distribution: Distribution;
  when: string;
  asked: Scope["asked"];
}

function FeatureBody({
  scope,
  feature,
  label,
  metric,
  row,
  distribution,
  when,
  monitors,
  alerts,
  asked,
}: FeatureBodyProps) {
  const model = useMemo(() => prepareDistribution(distribution, 20), [distribution]);
  const legend = (
    <ul className="legend">
      <LegendItem mark="bar" colour="var(--s1)">
        {when}
      </LegendItem>
      {model.hasReference ? (
        <LegendItem mark="outline" colour="var(--reference)">
          reference
        </LegendItem>
      ) : null}
    </ul>
  );
  return (
    <>
      <Answer
        heading={`${label} of ${scope.model}`}
        icon={
          row ? (
            <Icon name={row.silenced ? "silenced" : VERDICT_ICONS[row.verdict]} label={verdictWord(row)} />
          ) : null
        }
        say={limitSentence(label, metric, row?.now ?? null, row?.limit ?? 0)}
        more={
          <>
            {movementWords(distribution, model)} {row ? sinceSentence(row, scope.zone) : ""}{" "}
            {feature === "@output" ? null : <RowsLink scope={scope} asked={asked} />}
          </>
        }
      />
      {row?.now?.refId || distribution.reference ? null : <NoReference scope={scope} />}
      <div className="grid">
        <DistributionChart
          className="c8"
          title="Distribution"
          sub={`${when} against the reference, the same bins on both sides`}
          model={model}
          legend={legend}
          height={260}
        />
        <Panel className="c4" title="Numbers" sub={when}>
          <NumbersTable distribution={distribution} />
        </Panel>
        <OverTime
          scope={scope}
          feature={feature}
          label={label}
          metric={metric}
          row={row}
          monitors={monitors}
          alerts={alerts}
        />
        <Panel
          className="c4"
          title={model.kind === "number" ? "Bins" : "Values"}
          sub={`share of rows, ${when}`}
        >
          <BinTable model={model} partOf={metricShort(metric)} />
        </Panel>
        <EvidencePanel scope={scope} feature={feature} alerts={alerts} />
        <Distances feature={feature} asked={asked} />
        {feature === "@output" ? null : (
          <Missing scope={scope} feature={feature} monitors={monitors} alerts={alerts} />
        )}
        <ThresholdConverter className="c12" unit={shiftUnitOf(metric) ?? "psi"} value={row?.limit ?? 0.1} />
      </div>
    </>
  );
}

function RowsLink({ scope, asked }: { scope: Scope; asked: Scope["asked"] }) {
  const params = new URLSearchParams({ t: `${asked.from}..${asked.to}` });
  return <Link href={`${modelPath(scope.model, "predictions")}?${params}`}>See the rows</Link>;
}

function OverTime({
  scope,
  feature,
  label,
  metric,
  row,
  monitors,
  alerts,
}: FeatureProps & { label: string }) {
  const events = useAsk("models.events", { model: scope.model });
  const setRange = useSetRange();
  const watched = { metric, feature, segment: scope.segment };
  const limits = limitsOf(monitors, watched);
  return (
    <TimeSeriesChart
      className="c8"
      title={`${metricShort(metric)} ${BY_WINDOW[scope.window]}`}
      sub="against the live version’s reference, 95 % interval"
      height={280}
      onRange={setRange}
      end={
        <PanelLink
          href={`${modelPath(scope.model, "monitors", "new")}?metric=${encodeURIComponent(metric)}&feature=${encodeURIComponent(feature)}`}
        >
          New monitor
        </PanelLink>
      }
      events={events.data ?? []}
      model={prepareTimeSeries({
        metric,
        subject: label,
        fromMs: scope.fromMs,
        toMs: scope.toMs,
        zone: scope.zone,
        series: [{ key: "now", label, role: "live", points: row?.points ?? [] }],
        limits:
          limits.length > 0 || !row
            ? limits
            : [{ value: row.limit, severity: "ticket", op: "above", advisory: true }],
        alerts: bandsOf(alerts, watched),
      })}
    />
  );
}

/** The same change in the words of every distance, each with its interval. */
function Distances({ feature, asked }: { feature: string; asked: Scope["asked"] }) {
  const query = useAsk("metrics.query", { ...asked, metric: ALL_DISTANCES, feature, window: "all" });
  return (
    <Panel className="c4" title="Every distance" sub="the same change, measured differently">
      <Loaded query={query} what="the distances" height={150}>
        {(answer) => (
          <table className="dense feature-numbers">
            <caption className="sr">Distances from the reference</caption>
            <thead>
              <tr>
                <th scope="col">Distance</th>
                <th scope="col" className="num">
                  Now
                </th>
                <th scope="col" className="num">
                  95 % interval
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.points
                .filter((point) => point.value !== null)
                .map((point) => (
                  <tr key={point.metric}>
                    <th scope="row" title={METRICS.find((metric) => metric.id === point.metric)?.description}>
                      {METRICS.find((metric) => metric.id === point.metric)?.label ?? point.metric}
                    </th>
                    <td className="num">{metricValue(point.metric, point.value)}</td>
                    <td className="num ci">{metricInterval(point.metric, point.ci)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </Panel>
  );
}

function Missing({
  scope,
  feature,
  monitors,
  alerts,
}: Pick<FeatureProps, "scope" | "feature" | "monitors" | "alerts">) {
  const query = useAsk("metrics.query", {
    ...scope.asked,
    metric: "null_rate",
    feature,
    window: scope.window,
  });
  const watched = { metric: "null_rate", feature, segment: scope.segment };
  return (
    <div className="c8 stack">
      <Loaded query={query} what={`missing values of ${feature}`} height={240}>
        {(answer) => (
          <TimeSeriesChart
            className="grow"
            title={`Missing ${BY_WINDOW[scope.window]}`}
            sub="share of rows without a value"
            height={180}
            model={prepareTimeSeries({
              metric: "null_rate",
              subject: feature,
              fromMs: scope.fromMs,
              toMs: scope.toMs,
              zone: scope.zone,
              series: [{ key: "now", label: "missing", role: "live", points: answer.points }],
              limits: limitsOf(monitors, watched),
              alerts: bandsOf(alerts, watched),
            })}
          />
        )}
      </Loaded>
    </div>
  );
}
