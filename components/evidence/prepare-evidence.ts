import {
  type AlertBandInput,
  bandOf,
  prepareTimeSeries,
  type TimeSeriesModel,
} from "#components/charts/prepare-time-series.ts";
import { EVIDENCE, evidenceLine } from "#components/ui/metric-words.ts";
import type { AlertListItem, MetricPoint } from "#server/api/contract.ts";
import type { EvidencePoint, MonitorEvidence } from "#server/api/contracts/budget.ts";

/** More says no more, unless that is where it alarms. */
const LOG10_MAX = 6;

export interface EvidenceChartInput {
  readonly evidence: MonitorEvidence;
  readonly alerts: readonly AlertListItem[];
  /** Alarms of a history that is only tried. */
  readonly fires?: readonly { fromMs: number; toMs: number | null; severity: "page" | "ticket" }[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

/** Evidence growing toward the line at which it alarms, on a logarithmic axis. */
export function prepareEvidence({
  evidence,
  alerts,
  fires = [],
  fromMs,
  toMs,
  zone,
}: EvidenceChartInput): TimeSeriesModel {
  const newest = evidence.points.at(-1);
  const top = Math.max(LOG10_MAX, (newest?.line ?? 0) + 1);
  return prepareTimeSeries({
    metric: EVIDENCE,
    subject: evidence.name,
    fromMs,
    toMs,
    zone,
    series: [
      {
        key: "evidence",
        label: "evidence",
        role: "live",
        points: evidence.points.map((point) => asPoint(point, evidence, top)),
      },
    ],
    limits:
      newest === undefined
        ? []
        : [
            {
              value: newest.line,
              severity: "ticket",
              op: "above",
              label: `alarms at ${evidenceLine(newest.line)}`,
            },
          ],
    alerts: [...alertsOf(evidence, alerts), ...fires.map(firedBand)],
  });
}

function firedBand(fire: NonNullable<EvidenceChartInput["fires"]>[number], index: number): AlertBandInput {
  return { ...fire, id: `fire ${index}`, status: "open", title: "Would have alarmed" };
}

function alertsOf(evidence: MonitorEvidence, alerts: readonly AlertListItem[]): AlertBandInput[] {
  return alerts
    .filter((alert) => alert.monitorId === evidence.monitorId && alert.kind === "breach")
    .map(bandOf);
}

function asPoint(point: EvidencePoint, { feature, segment }: MonitorEvidence, top: number): MetricPoint {
  return {
    from: point.from,
    to: point.to,
    metric: EVIDENCE,
    version: point.version,
    feature,
    segment,
    value: Math.min(top, Math.max(0, point.log10)),
    ci: null,
    nRef: null,
    nCur: point.n,
    status: "OK",
    revision: 0,
    refId: null,
    method: "evidence/v1",
  };
}
