"use client";
import { useQueryStates } from "nuqs";
import { useAsk } from "#components/api/use-api.ts";
import { useBoxWidth } from "#components/charts/use-box-width.ts";
import { scopeParsers } from "#components/shell/search-params.ts";
import { WINDOW_WORDS } from "#components/shell/time-range.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { integer } from "#components/ui/format.ts";
import { rangeText, windowText } from "#components/ui/time.ts";

const HEIGHT = 34;
const LABEL_PX = 76;

/** How many rows each window of the range has, before the search; a bar narrows the range to its window. */
export function RowsByWindow({ scope }: { scope: Scope }) {
  const [, set] = useQueryStates(scopeParsers);
  const [box, width] = useBoxWidth();
  const volume = useAsk("metrics.query", { ...scope.asked, metric: "volume", window: scope.window });
  const points = (volume.data?.points ?? []).map((point) => ({
    fromMs: Date.parse(point.from),
    toMs: Date.parse(point.to),
    n: point.value ?? 0,
  }));
  const most = Math.max(1, ...points.map((point) => point.n));
  const span = scope.toMs - scope.fromMs;
  const x = (at: number) => ((at - scope.fromMs) / span) * width;
  const stride = Math.max(1, Math.ceil(LABEL_PX / Math.max(1, (scope.windowMs / span) * width)));
  const narrow = (fromMs: number, toMs: number) => void set({ t: { kind: "absolute", fromMs, toMs } });
  return (
    <div className="rows-by">
      <p>
        <span>Rows by {WINDOW_WORDS[scope.window]}, before the search; a bar narrows the range</span>
        <span>{rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs)}</span>
      </p>
      <div className="chart" ref={box} style={{ height: HEIGHT + 18 }}>
        {width > 0 ? (
          <svg width={width} height={HEIGHT + 18} aria-hidden="true">
            <line className="axisline" x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} />
            {points.map((point, index) => {
              const left = x(point.fromMs);
              const barWidth = Math.max(1, x(point.toMs) - left - 1.5);
              const height = (point.n / most) * (HEIGHT - 2);
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the range menu does the same by keyboard
                <g key={point.fromMs} className="bar" onClick={() => narrow(point.fromMs, point.toMs)}>
                  <title>{`${windowText(point.fromMs, point.toMs, scope.zone)}: ${integer(point.n)} rows`}</title>
                  <rect className="hit" x={left} y={0} width={barWidth + 1.5} height={HEIGHT} />
                  <rect x={left} y={HEIGHT - height} width={barWidth} height={height} />
                  {index % stride === 0 && left < width - LABEL_PX / 2 ? (
                    <text x={left} y={HEIGHT + 14}>
                      {windowText(point.fromMs, point.toMs, scope.zone)
                        .replace(/^week of /, "")
                        .slice(0, 12)}
                    </text>
                  ) : null}
                </g>
              );
            })}
          </svg>
        ) : null}
      </div>
    </div>
  );
}
