import type { PlotBox } from "#components/charts/chart-geometry.ts";
import type { PlotBand, PlotLimit, TimeSeriesModel } from "#components/charts/prepare-time-series.ts";
import { linear } from "#components/charts/scale.ts";

interface LayerProps {
  model: TimeSeriesModel;
  box: PlotBox;
}

const LEVEL_COLOURS = { page: "var(--page)", ticket: "var(--ticket)" } as const;

function scales({ model, box }: LayerProps) {
  return {
    x: linear(model.domainX, [box.left, box.right]),
    y: linear(model.domainY, [box.bottom, box.top]),
  };
}

/** Under the data: the bad side of each limit, alert bands, references, limits, version breaks. */
export function Back({ model, box }: LayerProps) {
  const { x, y } = scales({ model, box });
  return (
    <g>
      {model.limits.map((limit) => (
        <BadSide key={`${limit.op}${limit.value}`} limit={limit} box={box} y={y} />
      ))}
      {model.bands.map((band) => (
        <AlertBand key={band.id} band={band} box={box} x={x} />
      ))}
      {model.references.map((reference) => (
        <line
          key={`${reference.fromMs} ${reference.label}`}
          x1={x(reference.fromMs)}
          x2={x(reference.toMs)}
          y1={y(reference.value)}
          y2={y(reference.value)}
          stroke="var(--reference)"
          strokeDasharray="4 3"
        />
      ))}
      {model.limits
        .filter((limit) => limit.outside === null)
        .map((limit) => (
          <line
            key={`${limit.op}${limit.value}`}
            x1={box.left}
            x2={box.right}
            y1={y(limit.value)}
            y2={y(limit.value)}
            stroke={LEVEL_COLOURS[limit.severity]}
            strokeWidth={limit.advisory ? 1 : 1.5}
            strokeDasharray={limit.severity === "ticket" ? "8 3 2 3" : undefined}
          />
        ))}
      {model.breaks.map((at) => (
        <line
          key={at}
          x1={x(at)}
          x2={x(at)}
          y1={box.top}
          y2={box.bottom}
          stroke="var(--muted)"
          strokeDasharray="1 3"
        />
      ))}
    </g>
  );
}

function BadSide({ limit, box, y }: { limit: PlotLimit; box: PlotBox; y: (value: number) => number }) {
  if (limit.outside !== null) return null;
  const at = y(limit.value);
  const [top, bottom] = limit.op === "above" ? [box.top, at] : [at, box.bottom];
  return (
    <rect
      x={box.left}
      width={box.right - box.left}
      y={top}
      height={Math.max(0, bottom - top)}
      fill={LEVEL_COLOURS[limit.severity]}
      opacity={0.04}
    />
  );
}

const LANE_PX = 4;
function AlertBand({ band, box, x }: { band: PlotBand; box: PlotBox; x: (at: number) => number }) {
  const left = x(band.fromMs);
  const right = Math.max(left + 2, x(band.toMs));
  const colour = band.silenced ? "var(--silenced)" : LEVEL_COLOURS[band.severity];
  const top = box.top + band.lane * LANE_PX;
  return (
    <g>
      <title>{band.title}</title>
      <rect
        x={left}
        width={right - left}
        y={box.top}
        height={box.bottom - box.top}
        fill={colour}
        opacity={0.06}
      />
      <line x1={left} x2={left} y1={box.top} y2={box.bottom} stroke={colour} opacity={0.5} />
      {band.hollow ? (
        <rect
          x={left}
          width={right - left}
          y={top - 1.5}
          height={3}
          fill="var(--bg)"
          stroke={colour}
          strokeWidth={1}
        />
      ) : (
        <rect x={left} width={right - left} y={top - 1} height={2} fill={colour} />
      )}
      <BandShape band={band} x={Math.max(left, box.left + 6)} y={box.top - 10} colour={colour} />
    </g>
  );
}

function BandShape({ band, x, y, colour }: { band: PlotBand; x: number; y: number; colour: string }) {
  const fill = band.hollow ? "var(--bg)" : colour;
  const path =
    band.severity === "page"
      ? `M${x - 2} ${y - 5}h4l3 3v4l-3 3h-4l-3-3v-4z`
      : `M${x} ${y - 5}L${x + 6} ${y + 5}H${x - 6}z`;
  return <path d={path} fill={fill} stroke={colour} strokeWidth={1.2} />;
}

/** Over the data: labels, and where the reader stands. */
export function Front({ model, box, activeT }: LayerProps & { activeT: number | null }) {
  const { x, y } = scales({ model, box });
  return (
    <g>
      {model.lines.map((line) =>
        line.label && line.labelAt ? (
          <text
            key={line.key}
            x={Math.min(x(line.labelAt.t), box.right - 24)}
            y={Math.max(box.top + 10, y(line.labelAt.value) - 8)}
            className="fg"
          >
            {line.label}
          </text>
        ) : null,
      )}
      {model.limits.map((limit, index) => (
        <LimitLabel
          key={`${limit.op}${limit.value}`}
          limit={limit}
          index={index}
          box={box}
          y={y}
          side={model.labelSide}
        />
      ))}
      {model.cut ? (
        <path
          d={`M${box.left - 4} ${box.bottom - 3}l4 -2.5l-4 -2.5l4 -2.5`}
          fill="none"
          stroke="var(--axis)"
        />
      ) : null}
      {activeT === null ? null : (
        <line x1={x(activeT)} x2={x(activeT)} y1={box.top} y2={box.bottom} stroke="var(--fg)" />
      )}
    </g>
  );
}

interface LimitLabelProps {
  limit: PlotLimit;
  index: number;
  box: PlotBox;
  y: (value: number) => number;
  side: "left" | "right";
}
function LimitLabel({ limit, index, box, y, side }: LimitLabelProps) {
  const edge = limit.outside === "above" ? box.top + 12 : box.bottom - 6;
  const at = limit.outside === null ? y(limit.value) + (limit.op === "below" ? 14 : -6) : edge + index * 14;
  return (
    <text
      x={side === "left" ? box.left + 4 : box.right - 4}
      textAnchor={side === "left" ? "start" : "end"}
      y={Math.min(Math.max(at, box.top + 10), box.bottom - 4)}
      className={limit.severity}
      stroke="var(--bg)"
      strokeWidth={3}
      paintOrder="stroke"
    >
      {limit.label}
    </text>
  );
}
