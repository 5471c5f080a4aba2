"use client";
import { useDeferredValue, useMemo } from "react";
import { useBoxWidth } from "#components/charts/use-box-width.ts";
import { shiftUnitOf } from "#components/drift/known-limits.ts";
import { ThresholdConverter } from "#components/drift/threshold-converter.tsx";
import { type History, type TradeOffPoint, tradeOff } from "#components/monitors/backtest-model.ts";
import { FormRow } from "#components/monitors/form-row.tsx";
import { type LimitRange, limitGrid, round } from "#components/monitors/limit-range.ts";
import type { MonitorFormProps } from "#components/monitors/monitor-form.tsx";
import { type MonitorValues, ruleOf } from "#components/monitors/monitor-values.ts";
import { metricLimit } from "#components/ui/metric-words.ts";

const GRID_POINTS = 48;

/** The limit as a number and as a slider; the slider is the axis of its own price. */
export function LimitField({ form, values, history, range, saved }: MonitorFormProps) {
  const set = (limit: number) => form.setValue("limit", limit, { shouldDirty: true, shouldValidate: true });
  const known = Number.isFinite(values.limit);
  const unit = shiftUnitOf(values.metric);
  return (
    <>
      <FormRow
        label="Limit"
        error={form.formState.errors.limit?.message}
        hint={
          saved
            ? `saved ${metricLimit(values.metric, saved.limit)}; ↑ ↓ by ${range.step}`
            : `↑ ↓ by ${range.step}`
        }
      >
        {(control) => (
          <input
            {...control}
            type="number"
            className="in in-small"
            step={range.step}
            value={known ? values.limit : ""}
            onChange={(event) => set(event.target.value === "" ? Number.NaN : Number(event.target.value))}
          />
        )}
      </FormRow>
      <div className="trade">
        {values.decide === "evidence" ? null : (
          <TradeOff history={history} values={values} range={range} saved={saved} />
        )}
        <input
          type="range"
          aria-label="Limit"
          aria-valuetext={known ? metricLimit(values.metric, values.limit) : undefined}
          min={range.min}
          max={range.max}
          step={range.step}
          value={known ? values.limit : range.min}
          onChange={(event) => set(round(Number(event.target.value), range.digits))}
        />
        <p className="trade-ends" aria-hidden="true">
          <span>{metricLimit(values.metric, range.min)}</span>
          <span>{metricLimit(values.metric, range.max)}</span>
        </p>
      </div>
      {unit !== null && known ? <ThresholdConverter unit={unit} value={values.limit} /> : null}
    </>
  );
}

const HEIGHT = 72;
const THUMB_PX = 16;

/** Alerts on this history for every limit, over the slider's own axis. */
function TradeOff({
  history,
  values,
  range,
  saved,
}: {
  history: History | null;
  values: MonitorValues;
  range: LimitRange;
  saved: MonitorValues | null;
}) {
  const [box, width] = useBoxWidth();
  // Only the limit differs along the axis; everything else of the rule is the key.
  const key = useDeferredValue(
    JSON.stringify({
      ...ruleOf(values),
      limit: 0,
      clearGap: values.clear === null ? null : values.clear - values.limit,
    }),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rule without its limit is the key
  const points = useMemo(
    () =>
      history && history.slots.length > 0 && Number.isFinite(values.limit) && Number.isFinite(values.minN)
        ? tradeOff(history, ruleOf(values), limitGrid(range, GRID_POINTS))
        : [],
    [history, key, range],
  );
  const most = Math.max(1, ...points.map((point) => point.fires));
  const x = (limit: number) =>
    THUMB_PX / 2 + ((limit - range.min) / (range.max - range.min || 1)) * (width - THUMB_PX);
  const y = (fires: number) => 16 + (1 - fires / most) * (HEIGHT - 18);
  return (
    <div className="chart" ref={box} style={{ height: HEIGHT }}>
      {width > 0 && points.length > 1 ? (
        <svg width={width} height={HEIGHT} role="img" aria-label={tradeWords(points, values)}>
          <text x={0} y={10}>
            alerts by limit; grey: mostly open
          </text>
          <MostlyOpen points={points} x={x} />
          <line className="axisline" x1={0} x2={width} y1={HEIGHT - 2} y2={HEIGHT - 2} />
          <path d={stepPath(points, x, y)} fill="none" stroke="var(--fg)" strokeWidth={1.25} />
          {saved ? (
            <line
              x1={x(saved.limit)}
              x2={x(saved.limit)}
              y1={14}
              y2={HEIGHT - 2}
              stroke="var(--page)"
              strokeDasharray="2 3"
            />
          ) : null}
          {Number.isFinite(values.limit) ? (
            <line
              x1={x(values.limit)}
              x2={x(values.limit)}
              y1={14}
              y2={HEIGHT}
              stroke="var(--primary)"
              strokeWidth={1.5}
            />
          ) : null}
          <text x={width} y={y(most) + 12} textAnchor="end">
            {most}
          </text>
        </svg>
      ) : null}
    </div>
  );
}

function MostlyOpen({ points, x }: { points: readonly TradeOffPoint[]; x: (limit: number) => number }) {
  return points.map((point, index) => {
    const next = points[index + 1];
    if (point.openShare <= 0.5 || !next) return null;
    return (
      <rect
        key={point.limit}
        x={x(point.limit)}
        width={Math.max(0, x(next.limit) - x(point.limit))}
        y={14}
        height={HEIGHT - 16}
        fill="var(--sunken)"
      />
    );
  });
}

function stepPath(
  points: readonly TradeOffPoint[],
  x: (limit: number) => number,
  y: (fires: number) => number,
): string {
  return points
    .map(
      (point, index) => `${index === 0 ? "M" : "L"}${x(point.limit).toFixed(1)} ${y(point.fires).toFixed(1)}`,
    )
    .join("");
}

function tradeWords(points: readonly TradeOffPoint[], values: MonitorValues): string {
  const samples = [points[0], points[Math.floor(points.length / 2)], points.at(-1)].filter(
    (point) => point !== undefined,
  );
  const said = samples.map((point) => `${point.fires} at ${metricLimit(values.metric, point.limit)}`);
  return `Alerts on this history by limit: ${said.join(", ")}.`;
}
