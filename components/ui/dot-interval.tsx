import "#components/ui/dot-interval.css";

export interface DotIntervalProps {
  value: number | null;
  lo?: number | null;
  hi?: number | null;
  /** The ends of the shared axis, so that rows can be compared. */
  domain: readonly [number, number];
  /** Upright lines: all traffic, zero, a limit. */
  marks?: readonly { at: number; tone?: "page" | "plain" }[];
  /** A shaded stretch, such as what is within tolerance. */
  zone?: readonly [number, number] | null;
  width?: number;
  pale?: boolean;
}

const HEIGHT = 18;
const EDGE = 4;

/** A dot with its interval on an axis that a column shares. The numbers stand beside it, so it is not read aloud. */
export function DotInterval({ value, lo, hi, domain, marks = [], zone, width = 96, pale }: DotIntervalProps) {
  const [from, to] = domain;
  const span = to - from || 1;
  const x = (at: number) => EDGE + Math.max(0, Math.min(1, (at - from) / span)) * (width - 2 * EDGE);
  const ink = pale ? "var(--subtle)" : "var(--fg)";
  return (
    <svg
      className="dotinterval"
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      aria-hidden="true"
    >
      {zone ? (
        <rect
          x={x(zone[0])}
          width={x(zone[1]) - x(zone[0])}
          y={1}
          height={HEIGHT - 2}
          fill="color-mix(in srgb, var(--nodata) 15%, transparent)"
        />
      ) : null}
      {marks.map((mark) => (
        <line
          key={mark.at}
          x1={x(mark.at)}
          x2={x(mark.at)}
          y1={1}
          y2={HEIGHT - 1}
          stroke={mark.tone === "page" ? "var(--page)" : "var(--control)"}
          strokeWidth={1.25}
        />
      ))}
      {lo != null && hi != null ? (
        <line x1={x(lo)} x2={x(hi)} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke={ink} strokeWidth={1.5} />
      ) : null}
      {value === null ? null : <circle cx={x(value)} cy={HEIGHT / 2} r={3} fill={ink} />}
    </svg>
  );
}

/** The smallest axis that holds every interval and mark, with a little room. */
export function sharedDomain(
  points: readonly { value: number | null; ci: { lo: number; hi: number } | null }[],
  marks: readonly (number | null)[],
): [number, number] {
  const all = [...points.flatMap((point) => [point.value, point.ci?.lo, point.ci?.hi]), ...marks].filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  if (all.length === 0) return [0, 1];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - room, high + room];
}
