import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue, within } from "#server/metrics/metric-value.ts";
import { UNDEFINED } from "#server/stats/estimate.ts";
import { meanEstimate } from "#server/stats/uncertainty/mean-interval.ts";
import type { RankingOutput, Spread } from "#server/windows/summary.ts";

const SPREADS: Readonly<Record<string, (output: RankingOutput) => Spread>> = {
  "ndcg@10": ({ normalisedGain }) => normalisedGain,
  "map@10": ({ averagePrecision }) => averagePrecision,
  mrr: ({ reciprocalRank }) => reciprocalRank,
  "precision@10": ({ precision }) => precision,
};

/** Means over queries: a query weighs the same however many of its items were labelled. */
export function rankingMetric({ metric, summary }: MetricRequest): MetricValue {
  const { output } = summary;
  const method = `${metric}/v1`;
  const spreadOf = SPREADS[metric];
  if (output.kind !== "ranking" || spreadOf === undefined) return metricValue(UNDEFINED, { nCur: 0, method });
  const spread = spreadOf(output);
  return metricValue(within(meanEstimate(spread), { min: 0, max: 1 }), { nCur: spread.n, method });
}
