import type { ScoredLabels } from "../accuracy/roc-auc.ts";
import { cellWeights, type WeightingRefusal } from "./importance-weighting.ts";

/** One group of rows (a carrier, a leaf): its labelled reference rows and its current rows, by score bin. */
export interface ScoredGroup extends ScoredLabels {
  readonly current: ArrayLike<number>;
}

export interface WeightedLabels extends ScoredLabels {
  readonly effectiveRows: number;
  readonly refusal: WeightingRefusal | null;
}

/**
 * Reference labels by score bin, weighted as if the groups were mixed as they are now: what a calibration map for this window
 * is fitted on (after PAPE, Białek et al. 2024, with cells of score bin × group in place of a density model).
 *
 * A score may promise one thing for one carrier and another for the next; when the mix changes, the map changes with it although
 * neither did. Each cell's labels get the weight of cellWeights; all are then scaled to add up to the effective rows, so
 * that shrinkage and errors of the fitted map count what the weighting has cost. Refused as cellWeights refuses.
 * Groups must not overlap, and bins must be the same. No group: `no_rows`.
 *
 * @example importanceWeightedLabels([{ positives: [100], negatives: [300], current: [10] }, { positives: [300], negatives: [100], current: [30] }]).positives // 0.8 · (50 + 450) = [400]
 */
export function importanceWeightedLabels(groups: readonly ScoredGroup[]): WeightedLabels {
  const bins = groups[0]?.positives.length ?? 0;
  const reference = groups.flatMap(({ positives, negatives }) =>
    Array.from(positives, (count, bin) => count + (negatives[bin] ?? 0)),
  );
  const current = groups.flatMap((group) => Array.from(group.current));
  const { weights, effectiveRows, refusal } = cellWeights(reference, current);
  const weighted = reference.reduce((sum, rows, cell) => sum + rows * (weights[cell] ?? 0), 0);
  const scale = weighted > 0 ? effectiveRows / weighted : 0;
  const sums = (side: "positives" | "negatives") =>
    Float64Array.from({ length: bins }, (_, bin) =>
      groups.reduce(
        (sum, group, index) => sum + scale * (weights[index * bins + bin] ?? 0) * (group[side][bin] ?? 0),
        0,
      ),
    );
  return { positives: sums("positives"), negatives: sums("negatives"), effectiveRows, refusal };
}
