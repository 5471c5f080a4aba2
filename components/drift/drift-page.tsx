"use client";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { bandsOf, limitsOf, prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import {
  DEFAULT_DRIFT_METRIC,
  DRIFT_METRICS,
  driftMetricOptions,
  effectWords,
} from "#components/drift/drift-metrics.ts";
import { DriftLegend, DriftTable, limitWords } from "#components/drift/drift-table.tsx";
import { FeatureCard } from "#components/drift/feature-card.tsx";
import { shiftUnitOf } from "#components/drift/known-limits.ts";
import { MultivariatePanel } from "#components/drift/multivariate-panel.tsx";
import { NoReference } from "#components/drift/no-reference.tsx";
import {
  DRIFT_ORDERS,
  type DriftRow,
  driftSentence,
  ORDER_WORDS,
  prepareDriftRows,
} from "#components/drift/prepare-drift.ts";
import { ThresholdConverter } from "#components/drift/threshold-converter.tsx";
import { EvidencePanel } from "#components/evidence/evidence-panel.tsx";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Checkbox } from "#components/ui/fields.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ChoiceMenu } from "#components/ui/menu.tsx";
import { metricShort } from "#components/ui/metric-words.ts";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { parseInstant, windowText } from "#components/ui/time.ts";
import type { AlertListItem, MetricsAnswer, Monitor } from "#server/api/contract.ts";

const parsers = {
  f: parseAsString,
  m: parseAsStringLiteral(DRIFT_METRICS).withDefault(DEFAULT_DRIFT_METRIC),
  order: parseAsStringLiteral(DRIFT_ORDERS).withDefault("now"),
  only: parseAsBoolean.withDefault(false),
};
const FOLDED_BELOW = 0.25;
const FOLD_FROM = 30;

/** Which inputs left their normal range, when, and whether they moved together. */
export function DriftPage() {
  const scope = useScope();
  const [{ m, order }, set] = useQueryStates(parsers);
  const drift = useAsk("metrics.query", { ...scope.asked, metric: m, feature: "*", window: scope.window });
  const monitors = useAsk("monitors.list", { model: scope.model });
  const alerts = useAsk("alerts.list", { model: scope.model, status: "all", limit: 200 });
  return (
    <>
      <TimeBar>
        <ChoiceMenu
          label="Metric"
          value={m}
          options={driftMetricOptions}
          onChange={(value) => void set({ m: value })}
        />
        <ChoiceMenu
          label="Order"
          value={order}
          options={DRIFT_ORDERS.map((value) => ({ value, label: ORDER_WORDS[value] }))}
          onChange={(value) => void set({ order: value })}
        />
      </TimeBar>
      <div className="wrap">
        <ScopeNotice answered={drift.isPlaceholderData ? undefined : drift.data?.window} />
        <Loaded query={drift} what={`drift of ${scope.model}`} height="page">
          {(answer) => (
            <Drift
              scope={scope}
              answer={answer}
              busy={drift.isPlaceholderData}
              monitors={monitors.data ?? []}
              alerts={alerts.data?.alerts ?? []}
            />
          )}
        </Loaded>
      </div>
    </>
  );
}

interface DriftProps {
  scope: Scope;
  answer: MetricsAnswer;
  busy: boolean;
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
}

function Drift({ scope, answer, busy, monitors, alerts }: DriftProps) {
  const [{ f, m, order, only }, set] = useQueryStates(parsers);
  const keep = useCarry();
  const rows = useMemo(
    () =>
      prepareDriftRows({
        metric: m,
        points: answer.points,
        features: scope.detail.features,
        monitors,
        alerts,
        segment: scope.segment,
        zone: scope.zone,
        order,
        watermarkMs: parseInstant(scope.detail.watermark),
      }),
    [answer.points, scope.detail, scope.segment, scope.zone, monitors, alerts, m, order],
  );
  const effects = useEffects(scope, rows);
  const hasReference = rows.some((row) => row.now?.refId);
  const shown = only ? rows.filter((row) => row.verdict === "over" || row.verdict === "may-be") : rows;
  const selected = shown.find((row) => row.feature === f) ?? shown[0] ?? null;
  const { say, more } = driftSentence(rows, m);
  const hrefOf = (feature: string) => keep(modelPath(scope.model, "features", feature));
  const select = (feature: string) => void set({ f: feature });
  const step = (by: 1 | -1) => {
    const at = selected ? shown.indexOf(selected) : 0;
    const next = shown[(at + by + shown.length) % shown.length];
    if (next) select(next.feature);
  };
  return (
    <>
      <Answer
        heading={`Drift of ${scope.model}`}
        icon={<Icon name={loudest(rows)} />}
        say={say}
        more={more}
      />
      {rows.length === 0 || !hasReference ? (
        <NoReference scope={scope} />
      ) : (
        <div className="grid">
          <Panel
            className="c8"
            title="Features"
            sub={featuresSub(selected, rows, m, scope.zone)}
            busy={busy}
            end={
              <>
                <DriftLegend rows={rows} />
                <Checkbox
                  checked={only}
                  onChange={(event) => void set({ only: event.target.checked || null })}
                >
                  only over limit
                </Checkbox>
              </>
            }
            foot="Effect: how far values were moved on average, in standard deviations of the reference; for categories the share that would have to change (TV). Silenced features come last."
          >
            <FoldedTable
              rows={shown}
              table={{
                metric: m,
                fromMs: scope.fromMs,
                toMs: scope.toMs,
                zone: scope.zone,
                effects,
                selected: selected?.feature ?? null,
                onSelect: select,
                hrefOf,
              }}
              foldable={order === "now" && !only}
            />
          </Panel>
          <div className="c4">
            {selected ? (
              <FeatureCard
                row={selected}
                metric={m}
                scope={scope}
                href={hrefOf(selected.feature)}
                onStep={step}
              />
            ) : null}
          </div>
          {selected ? (
            <OverTime row={selected} metric={m} scope={scope} monitors={monitors} alerts={alerts} />
          ) : null}
          {selected ? <EvidencePanel scope={scope} feature={selected.feature} alerts={alerts} /> : null}
          <MultivariatePanel scope={scope} />
          <ThresholdConverter
            className="c12"
            unit={shiftUnitOf(m) ?? "psi"}
            value={selected?.limit ?? rows[0]?.limit ?? 0.1}
          />
        </div>
      )}
    </>
  );
}

function featuresSub(
  selected: DriftRow | null,
  rows: readonly DriftRow[],
  metric: string,
  zone: string,
): string {
  const now = selected?.now ?? rows[0]?.now;
  if (!now) return "";
  return `${windowText(Date.parse(now.from), Date.parse(now.to), zone)} ÷ ${limitWords(rows, metric)}`;
}

function loudest(rows: readonly DriftRow[]): IconName {
  const loud = rows.filter((row) => !row.silenced);
  if (loud.some((row) => row.verdict === "over")) return "ticket";
  if (loud.some((row) => row.verdict === "within")) return "ok";
  return loud.some((row) => row.verdict === "low") ? "low" : "nodata";
}

/** In a long list, what is far inside its limit is one line until asked for. */
function FoldedTable({
  rows,
  table,
  foldable,
}: {
  rows: readonly DriftRow[];
  table: Omit<Parameters<typeof DriftTable>[0], "rows">;
  foldable: boolean;
}) {
  const [{ all }, set] = useQueryStates({ all: parseAsBoolean.withDefault(false) });
  const small = rows.filter((row) => !row.silenced && row.ratio !== null && row.ratio < FOLDED_BELOW);
  const fold = foldable && !all && rows.length > FOLD_FROM && small.length > 1;
  const shown = fold ? rows.filter((row) => !small.includes(row)) : rows;
  if (rows.length === 0) return <Empty icon="ok" title="No feature is over its limit." />;
  return (
    <>
      <DriftTable {...table} rows={shown} />
      {fold ? (
        <button type="button" className="more" onClick={() => void set({ all: true })}>
          {small.length} features under 0.25× limit · Show
        </button>
      ) : null}
    </>
  );
}

/** How far, in units that can be pictured, for the window that is judged. */
function useEffects(scope: Scope, rows: readonly DriftRow[]): Map<string, string> {
  const now = rows.find((row) => row.now !== null)?.now;
  const query = useAsk(
    "metrics.query",
    {
      ...scope.asked,
      metric: "wasserstein,tv",
      feature: "*",
      window: scope.window,
      from: now?.from ?? scope.asked.from,
      to: now?.to ?? scope.asked.to,
    },
    { enabled: now !== undefined && now !== null },
  );
  return useMemo(() => effectWords(query.data?.points ?? [], now?.from ?? null), [query.data, now?.from]);
}

interface OverTimeProps {
  row: DriftRow;
  metric: string;
  scope: Scope;
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
}
function OverTime({ row, metric, scope, monitors, alerts }: OverTimeProps) {
  const setRange = useSetRange();
  const events = useAsk("models.events", { model: scope.model });
  const missing = useAsk(
    "metrics.query",
    {
      ...scope.asked,
      metric: "null_rate",
      feature: row.feature,
      window: scope.window,
    },
    { enabled: row.feature !== "@output" },
  );
  const watched = { metric, feature: row.feature, segment: scope.segment };
  const limits = limitsOf(monitors, watched);
  const shared = { subject: row.label, fromMs: scope.fromMs, toMs: scope.toMs, zone: scope.zone };
  const model = prepareTimeSeries({
    ...shared,
    metric,
    series: [{ key: "now", label: row.label, role: "live", points: row.points }],
    limits:
      limits.length > 0 ? limits : [{ value: row.limit, severity: "ticket", op: "above", advisory: true }],
    alerts: bandsOf(alerts, watched),
  });
  const gaps = prepareTimeSeries({
    ...shared,
    metric: "null_rate",
    series: [{ key: "now", label: "missing", role: "live", points: missing.data?.points ?? [] }],
    limits: limitsOf(monitors, { ...watched, metric: "null_rate" }),
    alerts: bandsOf(alerts, { ...watched, metric: "null_rate" }),
  });
  return (
    <>
      <TimeSeriesChart
        className={row.feature === "@output" ? "c12" : "c8"}
        title={`${metricShort(metric)} of ${row.label} ${BY_WINDOW[scope.window]}`}
        sub="against the live version’s reference, 95 % interval"
        model={model}
        height={240}
        onRange={setRange}
        events={events.data ?? []}
      />
      {row.feature === "@output" ? null : (
        <TimeSeriesChart
          className="c4"
          title={`Missing ${row.label}`}
          sub="share of rows without a value"
          model={gaps}
          height={240}
        />
      )}
    </>
  );
}
