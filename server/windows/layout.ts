import type { FeatureType, Task } from "#server/models/schema.ts";

/** How one numeric quantity is cut into bins. Bin i is [edges[i−1], edges[i]); the first reaches to −∞, the last to +∞. */
export interface NumberBins {
  readonly kind: "number";
  /** Strictly increasing inner edges; edges.length + 1 bins. */
  readonly edges: readonly number[];
  /** For the value@10 metrics: fine bin → coarse bin, non-decreasing. */
  readonly coarse: readonly number[];
  readonly coarseCount: number;
  /** Where the edges come from: the reference's quantiles, one bin a value, or the fixed logarithmic grid used before there is a reference. */
  readonly origin: "reference" | "values" | "grid";
}

/** Categories known by name, then (with a reference) the known tail and everything never seen in it. */
export interface CategoryBins {
  readonly kind: "category";
  /** At most 48, by descending reference count, ties by UTF-8 order. Bin i is categories[i]. */
  readonly categories: readonly string[];
  /** Known values that share the bin `other` (index categories.length). */
  readonly tail: readonly string[];
  /** With a reference, a value in neither list goes to the bin `new` (index categories.length + 1); without, the list grows. */
  readonly closed: boolean;
}

export type Bins = NumberBins | CategoryBins;

export interface FeatureLayout {
  readonly name: string;
  readonly type: FeatureType;
  readonly bins: Bins;
  /** Smallest and largest reference value of a number; null without a reference. */
  readonly range: { readonly min: number; readonly max: number } | null;
}

/**
 * The shape that the summaries of one model × version share. Summaries of one layout merge; layouts that only
 * appended features, categories or classes to an earlier one read its summaries too (`parent` chain).
 */
export interface Layout {
  readonly modelId: number;
  readonly version: string;
  readonly task: Task;
  readonly windowMs: number;
  readonly positiveClass: string | null;
  readonly threshold: number;
  readonly features: readonly FeatureLayout[];
  /** Keys whose values have summaries of their own: features declared segments, then row `segments`. */
  readonly segmentKeys: readonly string[];
  /** Multiclass: classes in order of first sight (at most 100). Binary and regression: empty. */
  readonly classes: readonly string[];
  /** Content address of the reference that the bins come from; null before there is one. */
  readonly refId: string | null;
}
