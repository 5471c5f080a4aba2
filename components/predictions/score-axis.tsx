"use client";
import { useAsk } from "#components/api/use-api.ts";
import { fixed } from "#components/ui/format.ts";
import type { Distribution, ModelDetail, PredictionRow } from "#server/api/contract.ts";

const WIDTH = 400;
const DAY_MS = 86_400_000;

/** The row's score among the reference's scores, with the threshold. The sentence above says the same in words. */
export function ScoreAxis({ row, score, model }: { row: PredictionRow; score: number; model: ModelDetail }) {
  const day = Math.floor(Date.parse(row.ts) / DAY_MS) * DAY_MS;
  const scores = useAsk(
    "drift.distribution",
    {
      model: model.model,
      version: row.version,
      feature: "@output",
      from: new Date(day).toISOString(),
      to: new Date(day + DAY_MS).toISOString(),
    },
    { staleMs: 600_000 },
  );
  const x = (value: number) => value * WIDTH;
  return (
    <div className="chart score-axis" aria-hidden="true">
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the sentence above says the same */}
      <svg viewBox={`0 0 ${WIDTH} 52`}>
        {scores.data ? <path d={outline(scores.data)} fill="var(--muted)" opacity={0.22} /> : null}
        <line className="axisline" x1={0} x2={WIDTH} y1={30} y2={30} />
        <line x1={x(model.threshold)} x2={x(model.threshold)} y1={6} y2={34} stroke="var(--fg)" />
        <circle cx={x(score)} cy={30} r={4} fill="var(--fg)" stroke="var(--bg)" strokeWidth={1.5} />
        <text
          x={x(model.threshold) + (model.threshold > 0.6 ? -5 : 5)}
          y={14}
          textAnchor={model.threshold > 0.6 ? "end" : "start"}
        >
          {model.positiveClass ?? "positive"} from {model.threshold}
        </text>
        <text x={0} y={48}>
          0
        </text>
        <text x={WIDTH} y={48} textAnchor="end">
          1
        </text>
        <text
          className="fg b"
          x={x(score)}
          y={48}
          textAnchor={score < 0.06 ? "start" : score > 0.94 ? "end" : "middle"}
        >
          {fixed(score, 3)}
        </text>
      </svg>
    </div>
  );
}

/** Reference shares as a density: coarse bins are as wide as quantiles, so height is share by width. */
function outline(distribution: Distribution): string {
  const bins = distribution.bins
    .filter((bin) => bin.kind === "value" && bin.category === null)
    .map((bin) => ({ from: bin.from ?? 0, to: bin.to ?? 1, count: bin.reference ?? 0 }))
    .filter((bin) => bin.to > bin.from);
  const densities = bins.map((bin) => bin.count / (bin.to - bin.from));
  const top = Math.max(...densities, 0);
  if (top === 0) return "";
  const steps = bins.map((bin, index) => {
    const y = 30 - ((densities[index] ?? 0) / top) * 26;
    return `L${(bin.from * WIDTH).toFixed(1)} ${y.toFixed(1)}H${(bin.to * WIDTH).toFixed(1)}`;
  });
  return `M0 30${steps.join("")}V30z`;
}
