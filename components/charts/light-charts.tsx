import {
  HEAT_STEPS,
  type HeatCell,
  ratioBarPercent,
  versionChanges,
} from "#components/charts/prepare-heat.ts";
import { prepareSparkBars, prepareSparkline } from "#components/charts/prepare-sparkline.ts";
import { stripRuns, stripWords } from "#components/charts/prepare-strip.ts";
import { clamp, linear } from "#components/charts/scale.ts";
import type { FleetRow } from "#server/api/contract.ts";

/** Small pictures in lists: plain SVG, no script, the number always stands beside them. */

const SPARK = { width: 64, height: 24 };

export interface SparklineProps {
  values: readonly (number | null)[];
  limit?: number | null;
  limitLevel?: "page" | "ticket";
}
export function Sparkline({ values, limit = null, limitLevel = "page" }: SparklineProps) {
  const { path, last, limitY } = prepareSparkline(values, SPARK, limit);
  return (
    <svg className="spark" viewBox={`0 0 ${SPARK.width} ${SPARK.height}`} aria-hidden="true">
      {limitY === null ? null : (
        <path
          d={`M0 ${limitY}H${SPARK.width}`}
          stroke={`var(--${limitLevel})`}
          strokeWidth="1.5"
          opacity=".6"
        />
      )}
      <path d={path} fill="none" stroke="var(--muted)" strokeWidth="1.25" />
      {last ? <circle cx={last.x} cy={last.y} r="2" fill="var(--muted)" /> : null}
    </svg>
  );
}

export function SparkBars({
  values,
  width = SPARK.width,
  height = SPARK.height,
}: {
  values: readonly number[];
  width?: number;
  height?: number;
}) {
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} style={{ width, height }} aria-hidden="true">
      <path d={prepareSparkBars(values, { width, height })} fill="var(--muted)" opacity=".6" />
    </svg>
  );
}

const STRIP = { width: 188, height: 18 };
/** Height grows with severity, so that the strip reads without colour. */
export function StateStrip({ cells, words }: { cells: FleetRow["strip"]; words?: string }) {
  const cell = STRIP.width / Math.max(1, cells.length);
  return (
    <svg
      className="strip"
      viewBox={`0 0 ${STRIP.width} ${STRIP.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words ?? stripWords(cells)}
    >
      {stripRuns(cells).map((run) => {
        const x = run.from * cell;
        const last = run.from + run.length === cells.length;
        return (
          <Run
            key={run.from}
            state={run.state}
            x={x}
            width={Math.max(1, run.length * cell - (last ? 0 : 1))}
            cell={cell}
            length={run.length}
          />
        );
      })}
    </svg>
  );
}

interface RunProps {
  state: FleetRow["strip"][number]["state"];
  x: number;
  width: number;
  cell: number;
  length: number;
}
function Run({ state, x, width, cell, length }: RunProps) {
  switch (state) {
    case "alerting":
      return <rect x={x} y="1" width={Math.max(width, 4)} height="15" fill="var(--page)" />;
    case "warning":
      return <rect x={x} y="10" width={width} height="6" fill="var(--ticket)" />;
    case "silenced":
      return <rect x={x} y="12" width={width} height="4" fill="var(--silenced)" opacity=".6" />;
    case "healthy":
      return <rect x={x} y="14" width={width} height="2" fill="var(--muted)" opacity=".45" />;
    case "no-data":
      return <Hatch x={x} width={width} />;
    case "not-enough-data":
    case "learning":
      return (
        <>
          {Array.from({ length }, (_, index) => x + index * cell + cell / 2).map((cx) => (
            <circle key={cx} cx={cx} cy="15" r="1.1" fill="var(--nodata)" />
          ))}
        </>
      );
    default:
      return null;
  }
}

const HATCH_STEP = 5;
function Hatch({ x, width }: { x: number; width: number }) {
  const count = Math.max(1, Math.floor(width / HATCH_STEP));
  const path = Array.from(
    { length: count },
    (_, index) => `M${x + index * HATCH_STEP} 16l${Math.min(HATCH_STEP, width)} -15`,
  ).join("");
  return <path d={path} stroke="var(--nodata)" strokeWidth="1" fill="none" opacity=".7" />;
}

export interface IntervalDotProps {
  value: number;
  ci: { lo: number; hi: number } | null;
  domain: readonly [number, number];
  limit?: number | null;
  limitLevel?: "page" | "ticket";
  width?: number;
  height?: number;
}
/** Value and interval on a line, with the limit: over, under, or astride at a glance. */
export function IntervalDot({
  value,
  ci,
  domain,
  limit = null,
  limitLevel = "page",
  width = 72,
  height = 20,
}: IntervalDotProps) {
  const x = linear(domain, [4, width - 4]);
  const at = (number: number) => x(clamp(number, domain));
  const middle = height / 2;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {limit === null ? null : (
        <path d={`M${at(limit)} 1V${height - 1}`} stroke={`var(--${limitLevel})`} strokeWidth="1.5" />
      )}
      {ci ? <path d={`M${at(ci.lo)} ${middle}H${at(ci.hi)}`} stroke="var(--fg)" strokeWidth="1.5" /> : null}
      <circle cx={at(value)} cy={middle} r="3" fill="var(--fg)" />
    </svg>
  );
}

/** Value ÷ limit as a bar whose tick is the limit. */
export function RatioBar({ ratio, over, width = 52 }: { ratio: number; over: boolean; width?: number }) {
  return (
    <span className="vbar" style={{ width }} aria-hidden="true">
      <i className={over ? "over" : undefined} style={{ width: `${ratioBarPercent(ratio)}%` }} />
      <u style={{ left: "50%" }} />
    </span>
  );
}

const HEAT = { width: 520, height: 20 };
/** One feature through time. Colour is the step; a notch says over the limit, two say far over. */
export function HeatStrip({
  cells,
  label,
  faded,
}: {
  cells: readonly HeatCell[];
  label: string;
  faded?: boolean;
}) {
  const width = HEAT.width / Math.max(1, cells.length);
  return (
    <svg
      className="cells"
      viewBox={`0 0 ${HEAT.width} ${HEAT.height}`}
      preserveAspectRatio="none"
      opacity={faded ? 0.32 : undefined}
      role="img"
      aria-label={label}
    >
      {cells.map((cell, index) => (
        <HeatCellMark key={cell.fromMs} cell={cell} x={index * width} width={Math.max(1, width - 1)} />
      ))}
      {versionChanges(cells).map((index) => (
        <DoubleLine key={index} x={index * width} />
      ))}
    </svg>
  );
}

function HeatCellMark({ cell, x, width }: { cell: HeatCell; x: number; width: number }) {
  const notch = Math.min(5, width / 2);
  const right = x + width;
  if (cell.kind === "empty")
    return (
      <g>
        <title>{cell.text}</title>
        <rect x={x} width={width} height={HEAT.height} fill="var(--sunken)" />
        <path d={`M${x} ${HEAT.height}L${right} 0`} stroke="var(--nodata)" opacity=".5" />
      </g>
    );
  if (cell.kind === "low")
    return (
      <g>
        <title>{cell.text}</title>
        <rect x={x} width={width} height={HEAT.height} fill="var(--sunken)" />
        <circle cx={x + width / 2} cy={HEAT.height / 2} r={Math.min(1.5, width / 2)} fill="var(--nodata)" />
      </g>
    );
  return (
    <g>
      <title>{cell.text}</title>
      <rect
        x={x}
        width={width}
        height={HEAT.height}
        fill={`var(--h${cell.step})`}
        stroke={cell.open ? "var(--muted)" : undefined}
        strokeDasharray={cell.open ? "2 2" : undefined}
      />
      {cell.notches > 0 ? <path d={`M${right - notch} 0h${notch}v4z`} fill="var(--notch)" /> : null}
      {cell.notches > 1 ? <path d={`M${right - notch} 20h${notch}v-4z`} fill="var(--notch)" /> : null}
    </g>
  );
}

function DoubleLine({ x }: { x: number }) {
  return (
    <g>
      <rect x={x - 3} y="-3" width="5" height="26" fill="var(--bg)" />
      <path d={`M${x - 3} -3v26M${x + 2} -3v26`} stroke="var(--fg)" strokeWidth="1.2" />
    </g>
  );
}

const STEP_PX = 18;
export function HeatLegend({ changed }: { changed: boolean }) {
  const steps = Array.from({ length: HEAT_STEPS }, (_, index) => index + 1);
  return (
    <span className="steps">
      <span>0</span>
      <svg
        width={STEP_PX * HEAT_STEPS}
        height="12"
        role="img"
        aria-label="Value divided by limit, seven steps, from the fifth on over the limit"
      >
        {steps.map((step) => {
          const x = (step - 1) * STEP_PX + (step > 4 ? 2 : 0);
          return (
            <g key={step}>
              <rect x={x} width={STEP_PX - 1} height="12" fill={`var(--h${step})`} />
              {step > 4 ? <path d={`M${x + 12} 0h5v5z`} fill="var(--notch)" /> : null}
              {step > 6 ? <path d={`M${x + 12} 12h5v-5z`} fill="var(--notch)" /> : null}
            </g>
          );
        })}
        <path d={`M${4 * STEP_PX + 0.5} 0v12`} stroke="var(--fg)" />
      </svg>
      <span>2.5×+</span>
      {changed ? <span>‖ reference changed</span> : null}
    </span>
  );
}

/** Now as bar, reference as tick: one line of a distribution. */
export function SharePair({
  now,
  reference,
  largest,
  width = 96,
  muted,
}: {
  now: number;
  reference: number | null;
  largest: number;
  width?: number;
  muted?: boolean;
}) {
  const x = (share: number) => (largest > 0 ? (share / largest) * (width - 2) : 0);
  return (
    <svg width={width} height="14" viewBox={`0 0 ${width} 14`} aria-hidden="true">
      <rect
        y="4"
        width={Math.max(0, x(now))}
        height="7"
        fill={muted ? "var(--muted)" : "var(--s1)"}
        opacity=".45"
      />
      {reference === null ? null : (
        <path d={`M${Math.max(0.75, x(reference))} 0v14`} stroke="var(--reference)" strokeWidth="1.5" />
      )}
    </svg>
  );
}
