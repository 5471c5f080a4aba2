import type { FeatureType, Task } from "#server/models/schema.ts";

/** How one numeric quantity is cut into bins. Bin i is [edges[i−1], edges[i]); the first reaches to −∞, the last to +∞. */
export interface NumberBins {
  readonly kind: "number";
  /** Strictly increasing inner edges; edges.length + 1 bins. */
  readonly edges: readonly number[];
  /** For the value@10 metrics: fine bin → coarse bin, non-decreasing. */
  readonly coarse: readonly number[];
  readonly coarseCount: number;
  /**
   * Where the edges come from: the reference's quantiles; its values, one bin each (few whole numbers: coarse bins,
   * too); or the fixed logarithmic grid used before there is a reference.
   */
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

/** Smallest and largest reference value of a number. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export interface FeatureLayout {
  readonly name: string;
  readonly type: FeatureType;
  readonly bins: Bins;
  /** Null for categories and without a reference. */
  readonly range: NumberRange | null;
}

/**
 * The shape that the summaries of one model × version share. Layouts of one generation only append features,
 * categories, classes and segment values to one another: the newest of a generation reads every window of it.
 */
export interface Layout {
  readonly modelId: number;
  readonly version: string;
  /**
   * Grows by one when windows must be folded again from their rows (a reference came, the threshold, positive
   * class or a feature's type changed). Until its rebuild a window of another generation reads without bins.
   */
  readonly generation: number;
  readonly task: Task;
  readonly windowMs: number;
  readonly positiveClass: string | null;
  readonly threshold: number;
  readonly features: readonly FeatureLayout[];
  /** Keys whose values have summaries of their own: features declared segments, then row `segments`. */
  readonly segmentKeys: readonly string[];
  /** Values with summaries of their own by key, in order of first sight (a reference's: by count); at most 200 a key. */
  readonly segmentValues: ReadonlyArray<readonly string[]>;
  /** Multiclass: classes in order of first sight (at most 100). Binary and regression: empty. */
  readonly classes: readonly string[];
  /** Bins of predicted values; null unless the task is regression. */
  readonly output: { readonly bins: NumberBins; readonly range: NumberRange | null } | null;
  /** Ranking: set once labels judge lists. Windows that were folded before are folded again, so that old labels judge, too. */
  readonly judgesLists?: true;
  /** Content address of the reference that the bins come from; null before there is one. */
  readonly refId: string | null;
}

/** Fine bins of equal weight, before heavy values get bins of their own and the outermost two are cut finer. */
export const FINE_BINS = 50;
export const COARSE_BINS = 10;
export const MAX_CATEGORIES = 48;
/** Known values beyond the named ones; a feature with more is open: whatever is not named counts as `other`. */
export const MAX_TAIL = 5_000;
export const MAX_SEGMENT_VALUES = 200;
export const MAX_CLASSES = 100;
/** Name of the segment, category and class that holds what has no bin of its own. */
export const OTHER_VALUE = "__other__";
export const NEW_VALUE = "__new__";

/** Bins of a feature as counted in a summary: numbers, or categories with `other` and `new`. */
export function binCount(bins: Bins): number {
  return bins.kind === "number" ? bins.edges.length + 1 : bins.categories.length + 2;
}
