"use client";
import { useMemo } from "react";
import { slotPoints } from "#components/alerts/slot-points.ts";
import { DistributionChart, TimeSeriesChart } from "#components/charts/charts.tsx";
import { prepareDistribution } from "#components/charts/prepare-distribution.ts";
import { prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import { prepareEvidence } from "#components/evidence/prepare-evidence.ts";
import { slotEvidence } from "#components/evidence/slot-evidence.ts";
import { WINDOW_MS, WINDOW_WORDS } from "#components/shell/time-range.ts";
import { useZone } from "#components/shell/zone.ts";
import { metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { AlertDetail } from "#server/api/contract.ts";

const HEIGHT = 208;

/** The metric around the onset with its limit; beside it the feature's distributions where there is a feature. */
export function AlertCharts({ alert }: { alert: AlertDetail }) {
  return (
    <>
      <AroundOnset alert={alert} wide={alert.distribution === null} />
      {alert.distribution ? <FeatureNow alert={alert} /> : null}
      {alert.rule.decide === "evidence" ? <EvidenceThen alert={alert} /> : null}
    </>
  );
}

function AroundOnset({ alert, wide }: { alert: AlertDetail; wide: boolean }) {
  const { zone } = useZone();
  const model = useMemo(() => onsetModel(alert, zone), [alert, zone]);
  return (
    <TimeSeriesChart
      className={wide ? "c12" : "c7"}
      title={`${metricShort(alert.metric)} around the onset`}
      sub={`${WINDOW_WORDS[alert.rule.window]} windows, 95 % interval`}
      height={HEIGHT}
      model={model}
    />
  );
}

/** What the alarm rests on: evidence window by window, up to the line. */
function EvidenceThen({ alert }: { alert: AlertDetail }) {
  const { zone } = useZone();
  const model = useMemo(() => {
    const whose = { monitorId: alert.monitorId, name: alert.monitorName, state: alert.status };
    const evidence = slotEvidence(whose, alert.rule, alert.slots);
    const fromMs = Date.parse(evidence.points[0]?.from ?? alert.onset);
    const toMs = Date.parse(evidence.points.at(-1)?.to ?? alert.openedAt);
    return prepareEvidence({ evidence, alerts: [alert], fromMs, toMs, zone });
  }, [alert, zone]);
  return (
    <TimeSeriesChart
      className="c12"
      title="Evidence, which decides"
      sub="up to the alarm; then it starts anew, and crosses again while the trouble lasts"
      height={160}
      model={model}
    />
  );
}

function onsetModel(alert: AlertDetail, zone: string) {
  const windowMs = WINDOW_MS[alert.rule.window];
  const points = slotPoints(alert.slots, alert.rule, windowMs);
  const onsetMs = Date.parse(alert.onset);
  const fromMs = Math.min(onsetMs, Date.parse(points[0]?.from ?? alert.onset));
  const toMs = Math.max(
    onsetMs + windowMs,
    Date.parse(points.at(-1)?.to ?? alert.openedAt),
    alert.closedAt === null ? Date.parse(alert.openedAt) : 0,
  );
  const reference = alert.referenceValue;
  return prepareTimeSeries({
    metric: alert.metric,
    subject: alert.model,
    fromMs,
    toMs,
    zone,
    series: [{ key: "value", label: metricShort(alert.metric), role: "live", points }],
    limits: [{ value: alert.limit, severity: alert.severity, op: alert.op }],
    references:
      reference === null
        ? []
        : [
            {
              fromMs,
              toMs,
              value: reference,
              label: `reference ${metricValue(alert.metric, reference, "sentence")}`,
            },
          ],
    alerts: [
      {
        id: alert.id,
        fromMs: onsetMs,
        toMs: alert.closedAt === null ? null : Date.parse(alert.closedAt),
        severity: alert.severity,
        status: alert.status,
        title: alert.title,
      },
    ],
  });
}

function FeatureNow({ alert }: { alert: AlertDetail }) {
  const distribution = alert.distribution;
  const model = useMemo(() => (distribution ? prepareDistribution(distribution) : null), [distribution]);
  if (!model || !distribution) return null;
  return (
    <DistributionChart
      className="c5"
      title={distribution.feature === "@output" ? "The prediction" : distribution.feature}
      sub="over the alert, against the reference"
      height={HEIGHT}
      model={model}
    />
  );
}
