import type { z } from "zod";
import type {
  BinaryCurves,
  Curves,
  CurvesInput,
  MulticlassCurves,
  RegressionCurves,
} from "#server/api/contract.ts";
import { calibrationPoints, ratePoint, thresholdCounts } from "#server/metrics/binary-curve-points.ts";
import { coarsen } from "#server/metrics/compared-counts.ts";
import { curveBasis } from "#server/metrics/curve-basis.ts";
import { joinedPart, latestPart } from "#server/metrics/merged-range.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import { type ConfusionMatrix, classRatios } from "#server/stats/accuracy/multiclass-averages.ts";
import { type Layout, type NumberBins, OTHER_VALUE } from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";
import { SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type {
  BinaryOutput,
  MulticlassOutput,
  OutputSummary,
  RegressionOutput,
} from "#server/windows/summary.ts";

const SCORE_COLUMNS = 20;

/** What a range's labels say of the model: thresholds, calibration, confusion, residuals. */
export function queryCurves(source: MetricsSource, input: z.infer<typeof CurvesInput>): Curves {
  const scope = resolveScope(source, input);
  const pick = { features: [], output: true, latency: false };
  const { task } = scope.schema;
  if (task === "ranking") return { kind: "ranking", labelled: 0 };
  // Predicted numbers are binned by a version's own reference, so of several versions the last is shown.
  const part = task === "regression" ? latestPart(source, scope, pick) : joinedPart(source, scope, pick);
  if (part === null) return emptyCurves(task);
  const { output } = part.summary;
  const reference = part.reference?.summary.output ?? null;
  if (output.kind === "binary") return binaryCurves(output, reference);
  if (output.kind === "multiclass") return multiclassCurves(output, part.layout.classes);
  if (output.kind === "regression") return regressionCurves(output, part.layout, reference);
  return { kind: "ranking", labelled: part.summary.labelled };
}

function emptyCurves(task: "binary" | "multiclass" | "regression"): Curves {
  if (task === "multiclass") return { kind: task, labelled: 0, classes: [], confusion: [], perClass: [] };
  if (task === "regression") return { kind: task, labelled: 0, residuals: [], predicted: [] };
  const deployed = { tp: 0, fp: 0, tn: 0, fn: 0 };
  return {
    kind: task,
    labelled: 0,
    positives: 0,
    thresholds: [],
    deployed,
    calibration: [],
    scores: [],
    basis: curveBasis(null, null),
  };
}

function binaryCurves(output: BinaryOutput, profile: OutputSummary | null): BinaryCurves {
  const reference = profile?.kind === "binary" ? profile : null;
  const { labels, confusion } = output;
  return {
    kind: "binary",
    labelled: labels.positive + labels.negative,
    positives: labels.positive,
    thresholds: thresholdCounts(output),
    deployed: { ...confusion },
    calibration: calibrationPoints(output),
    scores: scoreColumns(output, reference),
    basis: curveBasis(output, reference),
  };
}

function scoreColumns(output: BinaryOutput, reference: BinaryOutput | null): BinaryCurves["scores"] {
  const current = columns(output.scores);
  const then = reference === null ? null : columns(reference.scores);
  return Array.from(current, (count, index) => ({
    from: index / SCORE_COLUMNS,
    to: (index + 1) / SCORE_COLUMNS,
    reference: then === null ? null : (then[index] ?? 0),
    current: count,
  }));
}

function columns(scores: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(SCORE_COLUMNS);
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    const { from, to } = scoreBinRange(bin);
    const column = Math.min(SCORE_COLUMNS - 1, Math.floor(((from + to) / 2) * SCORE_COLUMNS));
    sums[column] = (sums[column] ?? 0) + (scores[bin] ?? 0);
  }
  return sums;
}

function multiclassCurves(output: MulticlassOutput, named: readonly string[]): MulticlassCurves {
  const side = Math.round(Math.sqrt(output.confusion.length));
  const matrix = { counts: output.confusion, side };
  const names = Array.from({ length: side }, (_, index) => named[index] ?? OTHER_VALUE);
  const shown = Array.from(names.keys()).filter((index) => index < named.length || isUsed(matrix, index));
  let labelled = 0;
  for (const count of output.confusion) labelled += count;
  return {
    kind: "multiclass",
    labelled,
    classes: shown.map((index) => names[index] ?? OTHER_VALUE),
    confusion: shown.map((row) => shown.map((column) => output.confusion[row * side + column] ?? 0)),
    perClass: shown.map((index) => {
      const { precision, recall } = classRatios(matrix, index);
      return {
        class: names[index] ?? OTHER_VALUE,
        precision: ratePoint(precision),
        recall: ratePoint(recall),
      };
    }),
  };
}

function isUsed(matrix: ConfusionMatrix, index: number): boolean {
  const { precision, recall } = classRatios(matrix, index);
  return precision.trials + recall.trials > 0;
}

function regressionCurves(
  output: RegressionOutput,
  layout: Layout,
  reference: OutputSummary | null,
): RegressionCurves {
  const residuals = ranges(LOG_GRID, output.residuals)
    .map(({ from, to, count }) => ({ from, to, count }))
    .filter(({ count }) => count > 0);
  const bins = layout.output?.bins ?? null;
  return {
    kind: "regression",
    labelled: output.error.n,
    residuals,
    predicted: predicted(bins, output, reference),
  };
}

function predicted(
  bins: NumberBins | null,
  output: RegressionOutput,
  reference: OutputSummary | null,
): RegressionCurves["predicted"] {
  if (bins === null) return [];
  const then = reference?.kind === "regression" ? coarsen(reference.predicted, bins) : null;
  const now = coarsen(output.predicted, bins);
  return Array.from(now, (current, group) => {
    const from = bins.edges[bins.coarse.indexOf(group) - 1] ?? null;
    const to = bins.edges[bins.coarse.lastIndexOf(group)] ?? null;
    return { from, to, reference: then === null ? null : (then[group] ?? 0), current };
  }).filter(({ current, reference: before }) => bins.origin !== "grid" || current + (before ?? 0) > 0);
}

function ranges(
  bins: NumberBins,
  counts: ArrayLike<number>,
): { from: number | null; to: number | null; count: number }[] {
  return Array.from({ length: counts.length }, (_, bin) => ({
    from: bins.edges[bin - 1] ?? null,
    to: bins.edges[bin] ?? null,
    count: counts[bin] ?? 0,
  }));
}
