import { linear } from "#components/charts/scale.ts";
import { timeTicks } from "#components/charts/time-ticks.ts";

export interface HeatAxisProps {
  fromMs: number;
  toMs: number;
  zone: string;
  /** About how wide the strips below are: so many labels fit. */
  widthPx: number;
}

/** Label starts further right than this would run out of the column. */
const LAST_START_PERCENT = 93;

/** Times over the strips of a table's column. */
export function HeatAxis({ fromMs, toMs, zone, widthPx }: HeatAxisProps) {
  const place = linear([fromMs, toMs], [0, 100]);
  const ticks = timeTicks(fromMs, toMs, widthPx, zone)
    .map((tick) => ({ label: tick.label, left: Math.round(place(tick.at) * 10) / 10 }))
    .filter((tick) => tick.left < LAST_START_PERCENT);
  return (
    <span className="heat-axis" aria-hidden="true">
      {ticks.map((tick) => (
        <span key={tick.label + tick.left} style={{ left: `${tick.left}%` }}>
          {tick.label}
        </span>
      ))}
    </span>
  );
}
