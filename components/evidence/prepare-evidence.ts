import { prepareTimeSeries, type TimeSeriesModel } from "#components/charts/prepare-time-series.ts";
import { EVIDENCE, evidenceWords } from "#components/ui/metric-words.ts";
import type { AlertListItem, MetricPoint } from "#server/api/contract.ts";
import type { EvidencePoint, MonitorEvidence } from "#server/api/contracts/budget.ts";

/** More says no more. */
const LOG10_MAX = 6;

export interface EvidenceChartInput {
  readonly evidence: MonitorEvidence;
  readonly alerts: readonly AlertListItem[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

/** Evidence growing toward the line at which it alarms, on a logarithmic axis; the onset is marked where it has one. */
export function prepareEvidence({
  evidence,
  alerts,
  fromMs,
  toMs,
  zone,
}: EvidenceChartInput): TimeSeriesModel {
  const newest = evidence.points.at(-1);
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
        points: evidence.points.map((point) => asPoint(point, evidence)),
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
              label: `alarms at ${evidenceWords(newest.line)}`,
            },
          ],
    alerts: alerts
      .filter((alert) => alert.monitorId === evidence.monitorId && alert.kind === "breach")
      .map((alert) => ({
        id: alert.id,
        fromMs: Date.parse(alert.openedAt),
        toMs: alert.closedAt === null ? null : Date.parse(alert.closedAt),
        severity: alert.severity,
        status: alert.status,
        title: alert.title,
      })),
  });
}

function asPoint(point: EvidencePoint, { feature, segment }: MonitorEvidence): MetricPoint {
  return {
    from: point.from,
    to: point.to,
    metric: EVIDENCE,
    version: point.version,
    feature,
    segment,
    value: Math.min(LOG10_MAX, Math.max(0, point.log10)),
    ci: null,
    nRef: null,
    nCur: point.n,
    status: "OK",
    revision: 0,
    refId: null,
    method: "evidence/v1",
  };
}
