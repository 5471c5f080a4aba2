import { type SegmentMetric, segmentMetric } from "#server/metrics/attribution/segment-metric.ts";
import type { ModelSchema } from "#server/models/schema.ts";

/** A mean that is higher where the model is worse. */
export interface SegmentLoss {
  readonly name: string;
  readonly metric: SegmentMetric;
  /** Why not the metric that was asked for. */
  readonly instead: string | null;
}

const FLIPPED: Readonly<Record<string, string>> = {
  accuracy: "wrong",
  precision: "wrong_among_called",
  recall: "missed",
  label_coverage: "without_label",
};
const AS_THEY_ARE = ["log_loss", "brier", "mae", "null_rate"];

export function segmentLoss(
  schema: ModelSchema,
  asked: { metric?: string | undefined; feature?: string },
): SegmentLoss {
  const usual = usualLoss(schema);
  const wanted = asked.metric ?? usual;
  const isLoss = Object.hasOwn(FLIPPED, wanted) || AS_THEY_ARE.includes(wanted);
  const used = isLoss ? wanted : usual;
  const metric = segmentMetric(schema, { ...asked, metric: used });
  const name = FLIPPED[used];
  const instead =
    used === wanted
      ? null
      : `\`${wanted}\` is no mean over rows, so slices are searched by ${wordsOf(name ?? used)}.`;
  return { name: name ?? used, metric: name === undefined ? metric : flipped(metric), instead };
}

function usualLoss({ task }: ModelSchema): string {
  if (task === "regression") return "mae";
  return task === "ranking" ? "null_rate" : "accuracy";
}

function wordsOf(name: string): string {
  if (name === "wrong") return "the share of wrong decisions";
  return name === "mae" ? "the mean absolute error" : "the share of missing values";
}

/** Failures in place of successes. */
function flipped(metric: SegmentMetric): SegmentMetric {
  return {
    ...metric,
    worse: "higher",
    read: (summary, layout) => {
      const [n = 0, successes = 0] = metric.read(summary, layout);
      return Float64Array.of(n, n - successes, n - successes);
    },
  };
}
