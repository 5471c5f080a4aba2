import type { LossWindow } from "#server/stats/sequential/mean-loss-detector.ts";
import type { RateWindow } from "#server/stats/sequential/rate-detector.ts";
import { LATENCY_EDGES_MS } from "#server/windows/latency-grid.ts";
import { LOG_GRID_EDGES } from "#server/windows/log-grid.ts";
import { SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type { Summary } from "#server/windows/summary.ts";

type LossOf = (probability: number) => number;

/** Losses of labelled rows at the near edge of their bin: never more than they were. Null where none are kept. */
export function lossBuckets(metric: string, { output }: Summary): LossWindow | null {
  if (output.kind === "binary" && (metric === "brier" || metric === "log_loss")) {
    const values = metric === "brier" ? BRIER : LOG_LOSS;
    const counts = new Float64Array(2 * SCORE_BINS);
    counts.set(output.positives);
    counts.set(output.negatives, SCORE_BINS);
    return { values, counts };
  }
  if (output.kind !== "regression") return null;
  if (metric === "mae") return { values: ABSOLUTE_ERRORS, counts: output.residuals };
  if (metric === "rmse" || metric === "mse") return { values: SQUARED_ERRORS, counts: output.residuals };
  return null;
}

/** By score bin, first of positives and then of negatives. */
function scoreLosses(ofMissing: LossOf): Float64Array {
  const losses = new Float64Array(2 * SCORE_BINS);
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    const { from, to } = scoreBinRange(bin);
    losses[bin] = ofMissing(1 - to);
    losses[SCORE_BINS + bin] = ofMissing(from);
  }
  return losses;
}

const BRIER = scoreLosses((missing) => missing ** 2);
const LOG_LOSS = scoreLosses((missing) => -Math.log1p(-Math.min(missing, 1 - 1e-15)));

const ABSOLUTE_ERRORS = Float64Array.from({ length: LOG_GRID_EDGES.length + 1 }, (_, bin) => {
  const low = LOG_GRID_EDGES[bin - 1] ?? Number.NEGATIVE_INFINITY;
  const high = LOG_GRID_EDGES[bin] ?? Number.POSITIVE_INFINITY;
  return low >= 0 ? low : Math.max(0, -high);
});
const SQUARED_ERRORS = ABSOLUTE_ERRORS.map((error) => error ** 2);

/** Rows that took longer than a limit, told from the bins that lie wholly above it. */
export function latencyAbove({ latency }: Summary, limitMs: number): RateWindow | null {
  let trials = 0;
  let successes = 0;
  for (let bin = 0; bin < latency.counts.length; bin++) {
    const count = latency.counts[bin] ?? 0;
    trials += count;
    if ((LATENCY_EDGES_MS[bin - 1] ?? 0) >= limitMs) successes += count;
  }
  return trials === 0 ? null : { successes, trials };
}
