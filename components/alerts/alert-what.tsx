import { targetText } from "#components/alerts/alert-words.ts";
import { gaugeModel } from "#components/alerts/gauge-model.ts";
import { metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { AlertDetail } from "#server/api/contract.ts";

const WIDTH = 292;
const HEIGHT = 92;
const PAD = 4;

/** The sentence, and once, large, the value as an interval against its limit. */
export function AlertWhat({ alert }: { alert: AlertDetail }) {
  const target = targetText(alert);
  return (
    <section className="alert-what" id="answer" tabIndex={-1} aria-label="What">
      <div>
        <h1>{alert.title}</h1>
        <p>
          {metricShort(alert.metric)}
          {target ? ` of ${target}` : ""}
          {alert.referenceValue === null
            ? "; there is no reference value to compare with."
            : `; the reference is ${metricValue(alert.metric, alert.referenceValue, "sentence")}.`}
        </p>
      </div>
      {alert.value === null ? null : <Gauge alert={alert} value={alert.value} />}
    </section>
  );
}

function Gauge({ alert, value }: { alert: AlertDetail; value: number }) {
  const model = gaugeModel({
    value,
    ci: alert.ci,
    limit: alert.limit,
    reference: alert.referenceValue,
    op: alert.op,
  });
  const x = (at: number) => PAD + at * (WIDTH - 2 * PAD);
  const write = (one: number) => metricValue(alert.metric, one);
  const label = `${write(value)}${alert.ci ? `, interval ${write(alert.ci.lo)} to ${write(alert.ci.hi)}` : ""}, limit ${metricLimit(alert.metric, alert.limit)}`;
  return (
    <div className="chart alert-gauge">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <rect
          x={x(model.bad.from)}
          y={42}
          width={Math.max(0, x(model.bad.to) - x(model.bad.from))}
          height={12}
          fill="var(--page)"
          opacity={0.07}
        />
        <line className="axisline" x1={PAD} x2={WIDTH - PAD} y1={54} y2={54} />
        <line
          x1={x(model.limit)}
          x2={x(model.limit)}
          y1={34}
          y2={58}
          stroke="var(--page)"
          strokeWidth={1.5}
        />
        {model.reference === null || alert.referenceValue === null ? null : (
          <>
            <line
              x1={x(model.reference)}
              x2={x(model.reference)}
              y1={42}
              y2={58}
              stroke="var(--reference)"
              strokeDasharray="3 2"
            />
            <text x={x(model.reference)} y={88} textAnchor={model.referenceAnchor}>
              reference {metricValue(alert.metric, alert.referenceValue, "sentence")}
            </text>
          </>
        )}
        {model.lo !== null && model.hi !== null ? (
          <line x1={x(model.lo)} x2={x(model.hi)} y1={48} y2={48} stroke="var(--fg)" strokeWidth={2} />
        ) : null}
        <circle cx={x(model.value)} cy={48} r={4} fill="var(--fg)" />
        <text className="fg alert-gauge-value" x={x(model.value)} y={30} textAnchor={anchorOf(model.value)}>
          {write(value)}
        </text>
        {alert.ci ? (
          <text x={x(model.value)} y={72} textAnchor={anchorOf(model.value)}>
            {write(alert.ci.lo)}–{write(alert.ci.hi)}
          </text>
        ) : null}
        <text className="page b" x={x(model.limit)} y={88} textAnchor={model.limitAnchor}>
          limit {metricLimit(alert.metric, alert.limit)}
        </text>
      </svg>
    </div>
  );
}

/** Text near an edge leans inwards. */
function anchorOf(at: number): "start" | "middle" | "end" {
  if (at < 0.2) return "start";
  return at > 0.8 ? "end" : "middle";
}
