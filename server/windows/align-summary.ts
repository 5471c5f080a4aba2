import { type Bins, binCount, type Layout } from "#server/windows/layout.ts";
import { emptySummary } from "#server/windows/read-summaries.ts";
import type { FeatureSummary, MulticlassOutput, OutputSummary, Summary } from "#server/windows/summary.ts";

/**
 * A reference has its own order of features and classes: this puts its summary in the order of the live layout, by
 * name. A feature whose bins differ, because the live ones come from another reference, stays empty.
 */
export function alignSummary(summary: Summary, from: Layout, to: Layout): Summary {
  const empty = emptySummary(to);
  const indexes = new Map(from.features.map((feature, index) => [feature.name, index]));
  const features = empty.features.map((nothing, target): FeatureSummary => {
    const feature = to.features[target];
    const index = indexes.get(feature?.name ?? "") ?? -1;
    const bins = from.features[index]?.bins;
    const fits = feature !== undefined && bins !== undefined && sameBins(bins, feature.bins);
    return (fits ? summary.features[index] : null) ?? nothing;
  });
  return { ...summary, features, output: alignOutput(summary.output, empty.output, from, to) };
}

function sameBins(a: Bins, b: Bins): boolean {
  if (a === b) return true;
  if (a.kind === "number" && b.kind === "number") return a.origin === b.origin && sameList(a.edges, b.edges);
  if (a.kind === "category" && b.kind === "category") return sameList(a.categories, b.categories);
  return false;
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function alignOutput(output: OutputSummary, empty: OutputSummary, from: Layout, to: Layout): OutputSummary {
  if (output.kind === "multiclass" && empty.kind === "multiclass")
    return alignClasses(output, empty, from, to);
  const fits = from.output === null || to.output === null || sameBins(from.output.bins, to.output.bins);
  if (output.kind !== "regression" || fits) return output;
  return { ...output, predicted: new Float64Array(to.output === null ? 0 : binCount(to.output.bins)) };
}

function alignClasses(
  output: MulticlassOutput,
  empty: MulticlassOutput,
  from: Layout,
  to: Layout,
): MulticlassOutput {
  const side = from.classes.length + 1;
  const targetSide = to.classes.length + 1;
  const place = Array.from({ length: side }, (_, index) => {
    const at = to.classes.indexOf(from.classes[index] ?? "");
    return at < 0 || index === side - 1 ? targetSide - 1 : at;
  });
  const predicted = empty.predicted.slice();
  const confusion = empty.confusion.slice();
  output.predicted.forEach((count, index) => {
    const at = place[index] ?? 0;
    predicted[at] = (predicted[at] ?? 0) + count;
  });
  output.confusion.forEach((count, index) => {
    const at = (place[Math.floor(index / side)] ?? 0) * targetSide + (place[index % side] ?? 0);
    confusion[at] = (confusion[at] ?? 0) + count;
  });
  return { ...output, predicted, confusion };
}
