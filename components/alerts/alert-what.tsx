import { targetText, typeset } from "#components/alerts/alert-words.ts";
import { gaugeModel, placeLabels } from "#components/alerts/gauge-model.ts";
import { metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { AlertDetail } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

const WIDTH = 292;
const LABELS_FROM = 72;
const LINE_PX = 16;

/** The sentence, and once, large, the value as an interval against its limit. */
export function AlertWhat({ alert }: { alert: AlertDetail }) {
  return (
    <section className="alert-what" id="answer" tabIndex={-1} aria-label="What">
      <div>
        <h1>{typeset(alert.title)}</h1>
        <p>{comparedWith(alert)}</p>
      </div>
      {alert.kind !== "breach" || alert.value === null ? null : <Gauge alert={alert} value={alert.value} />}
    </section>
  );
}

function comparedWith(alert: AlertDetail): string {
  const target = targetText(alert);
  const what = `${findMetric(alert.metric)?.label ?? metricShort(alert.metric)}${target ? ` of ${target}` : ""}`;
  if (alert.referenceValue !== null)
    return `${what}; the reference is ${metricValue(alert.metric, alert.referenceValue, "sentence")}.`;
  return findMetric(alert.metric)?.needsReference ? `${what}, against the reference.` : `${what}.`;
}

function Gauge({ alert, value }: { alert: AlertDetail; value: number }) {
  const { referenceValue } = alert;
  const model = gaugeModel({
    value,
    ci: alert.ci,
    limit: alert.limit,
    reference: referenceValue,
    op: alert.op,
  });
  const x = (at: number) => at * WIDTH;
  const write = (one: number) => metricValue(alert.metric, one);
  const limitText = `limit ${metricLimit(alert.metric, alert.limit)}`;
  const labels = placeLabels(
    [
      ...(alert.ci ? [{ text: `${write(alert.ci.lo)}–${write(alert.ci.hi)}`, at: x(model.value) }] : []),
      { text: limitText, at: x(model.limit) },
      ...(model.reference === null || referenceValue === null
        ? []
        : [
            {
              text: `reference ${metricValue(alert.metric, referenceValue, "sentence")}`,
              at: x(model.reference),
            },
          ]),
    ],
    WIDTH,
  );
  const height = LABELS_FROM + LINE_PX * Math.max(...labels.map((label) => label.line)) + 6;
  const spoken = `${write(value)}${alert.ci ? `, interval ${write(alert.ci.lo)} to ${write(alert.ci.hi)}` : ""}, ${limitText}`;
  return (
    <div className="chart alert-gauge">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={spoken}>
        <rect
          x={x(model.bad.from)}
          y={42}
          width={Math.max(0, x(model.bad.to) - x(model.bad.from))}
          height={12}
          fill="var(--page)"
          opacity={0.07}
        />
        <line className="axisline" x1={0} x2={WIDTH} y1={54} y2={54} />
        <line
          x1={x(model.limit)}
          x2={x(model.limit)}
          y1={34}
          y2={58}
          stroke="var(--page)"
          strokeWidth={1.5}
        />
        {model.reference === null ? null : (
          <line
            x1={x(model.reference)}
            x2={x(model.reference)}
            y1={42}
            y2={58}
            stroke="var(--reference)"
            strokeDasharray="3 2"
          />
        )}
        {model.lo !== null && model.hi !== null ? (
          <line x1={x(model.lo)} x2={x(model.hi)} y1={48} y2={48} stroke="var(--fg)" strokeWidth={2} />
        ) : null}
        <circle cx={x(model.value)} cy={48} r={4} fill="var(--fg)" />
        <text className="fg alert-gauge-value" x={x(model.value)} y={30} textAnchor={anchorOf(model.value)}>
          {write(value)}
        </text>
        {labels.map((label) => (
          <text
            key={label.text}
            className={label.text === limitText ? "page b" : undefined}
            x={label.x}
            y={LABELS_FROM + LINE_PX * label.line}
            textAnchor="middle"
          >
            {label.text}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Text near an edge leans inwards. */
function anchorOf(at: number): "start" | "middle" | "end" {
  if (at < 0.2) return "start";
  return at > 0.8 ? "end" : "middle";
}
