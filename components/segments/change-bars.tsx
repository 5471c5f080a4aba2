import { linear } from "#components/charts/scale.ts";
import type { ChangeBar } from "#components/segments/prepare-change.ts";

const WIDTH = 200;
const BAR = 8;
const EDGE = 3;

interface ChangeBarsProps {
  bars: readonly ChangeBar[];
  domain: readonly [number, number];
  isExact: boolean;
}

/** Mix above, within below, from the same zero in all rows; whiskers are the intervals. The numbers stand beside it. */
export function ChangeBars({ bars, domain, isExact }: ChangeBarsProps) {
  const x = linear(domain, [EDGE, WIDTH - EDGE]);
  const height = bars.length * (BAR + 4) + 2;
  return (
    <svg
      className="changebars"
      width={WIDTH}
      height={height}
      viewBox={`0 0 ${WIDTH} ${height}`}
      aria-hidden="true"
    >
      <path d={`M${x(0)} 0V${height}`} stroke="var(--control)" strokeWidth="1" />
      {bars.map(({ value, lo, hi }, index) => {
        const y = 2 + index * (BAR + 4);
        const kind = isExact && index === 0 ? "mix" : "within";
        return (
          <g key={kind}>
            <rect
              className={kind}
              x={Math.min(x(0), x(value))}
              width={Math.max(0.75, Math.abs(x(value) - x(0)))}
              y={y}
              height={BAR}
            />
            {lo === null || hi === null ? null : (
              <path
                d={`M${x(lo)} ${y + BAR / 2}H${x(hi)}M${x(lo)} ${y + 1}v${BAR - 2}M${x(hi)} ${y + 1}v${BAR - 2}`}
                stroke="var(--fg)"
                strokeWidth="1"
                fill="none"
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
