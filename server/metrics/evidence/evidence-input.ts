import { comparedCounts } from "#server/metrics/compared-counts.ts";
import { computeMetric, type MetricRequest, OUTPUT_FEATURE } from "#server/metrics/compute-metric.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { latencyAbove, lossBuckets } from "#server/metrics/evidence/loss-buckets.ts";
import {
  accuracyRatio,
  type Confusion,
  precisionRatio,
  type Ratio,
  recallRatio,
  specificityRatio,
} from "#server/stats/accuracy/confusion-rates.ts";
import { diagonalRatio } from "#server/stats/accuracy/multiclass-averages.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { matchedPairs } from "#server/stats/sequential/matched-pairs.ts";
import type { LossWindow } from "#server/stats/sequential/mean-loss-detector.ts";
import type { RateWindow } from "#server/stats/sequential/rate-detector.ts";

/** What a window adds to the evidence. */
export type EvidenceInput =
  | {
      readonly kind: "cells";
      readonly counts: ArrayLike<number>;
      readonly reference: ArrayLike<number>;
      readonly ordered: boolean;
    }
  /** Bad events of all; several draws where the events are matched at random, whose evidence is averaged. */
  | { readonly kind: "rate"; readonly draws: readonly RateWindow[] }
  | ({ readonly kind: "losses" } & LossWindow);

const MATCHINGS = 4;

/** Null where the window has nothing to say about it: no reference, no labels, no latency. `seed` names the window. */
export function evidenceInput(
  request: MetricRequest,
  test: EvidenceTest,
  seed: string,
): EvidenceInput | null {
  if (test.kind === "cells") return cellsOf(request);
  if (test.kind === "losses") {
    const losses = lossBuckets(request.metric, request.summary);
    return losses === null ? null : { kind: "losses", ...losses };
  }
  const draws = request.metric === "roc_auc" ? wrongPairs(request, seed) : [badEvents(request, test)];
  return draws.every((draw) => draw === null) ? null : { kind: "rate", draws: draws.flatMap((d) => d ?? []) };
}

function cellsOf(request: MetricRequest): EvidenceInput | null {
  const compared = comparedCounts(request, false);
  if (compared === null || compared.nRef === 0 || !sharesCells(request)) return null;
  const { current, reference, ordered } = compared;
  return { kind: "cells", counts: current, reference, ordered };
}

/** A window of decisions alone has other cells than a reference of scores: it adds nothing to that run. */
function sharesCells({ feature, summary, reference }: MetricRequest): boolean {
  const now = summary.output;
  const then = reference?.summary.output;
  if (feature !== OUTPUT_FEATURE || now.kind !== "binary" || then?.kind !== "binary") return true;
  return totalOf(then.scores) === 0 || totalOf(now.scores) > 0;
}

function wrongPairs({ summary }: MetricRequest, seed: string): Array<RateWindow | null> {
  const { output } = summary;
  if (output.kind !== "binary") return [null];
  return Array.from({ length: MATCHINGS }, (_, draw) =>
    matchedPairs(output, seededGenerator(`pairs/${draw}/${seed}`)),
  );
}

function badEvents(request: MetricRequest, test: EvidenceTest & { kind: "rate" }): RateWindow | null {
  const events = test.quantile === null ? shareEvents(request) : latencyAbove(request.summary, test.limit);
  if (events === null) return null;
  const { successes, trials } = events;
  return { successes: test.countsFailures ? trials - successes : successes, trials };
}

const CONFUSION_RATES: Readonly<Record<string, (confusion: Confusion) => Ratio>> = {
  accuracy: accuracyRatio,
  precision: precisionRatio,
  recall: recallRatio,
  specificity: specificityRatio,
};

/** k of n behind a share. */
function shareEvents(request: MetricRequest): RateWindow | null {
  const { output } = request.summary;
  const rate = CONFUSION_RATES[request.metric];
  if (rate !== undefined && output.kind === "binary") return rate(output.confusion);
  if (request.metric === "accuracy" && output.kind === "multiclass") {
    return diagonalRatio({ counts: output.confusion, side: Math.round(Math.sqrt(output.confusion.length)) });
  }
  if (rate !== undefined) return null;
  const { value, nCur } = computeMetric({ ...request, blocks: null });
  return value === null ? null : { successes: Math.round(value * nCur), trials: nCur };
}
