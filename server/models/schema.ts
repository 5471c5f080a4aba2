/** What Plumbline knows of a model: the facts that ingest, windows and metrics share. */

export const TASKS = ["binary", "multiclass", "regression", "ranking"] as const;
export type Task = (typeof TASKS)[number];

export const FEATURE_TYPES = ["number", "category"] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

export interface FeatureSchema {
  readonly name: string;
  readonly type: FeatureType;
  /** True when metrics can be asked for by value of this feature. */
  readonly segment: boolean;
}

export interface ModelSchema {
  readonly modelId: number;
  readonly slug: string;
  readonly task: Task;
  /** Width of the smallest window kept, in milliseconds. */
  readonly windowMs: number;
  /** The class that `probability` speaks of; null until known (then 1 and true are positive). */
  readonly positiveClass: string | null;
  /** Where a decision is made when none is logged. */
  readonly threshold: number;
  /** In order of first sight; only ever appended to. */
  readonly features: readonly FeatureSchema[];
  /** Names of `segments` that rows carry beside features, in order of first sight. */
  readonly dimensions: readonly string[];
  /** Grows by one with every change of this record. */
  readonly revision: number;
}

export const DEFAULT_VERSION = "default";
export const DEFAULT_WINDOW_MS = 3_600_000;
export const DEFAULT_THRESHOLD = 0.5;
/** A quarter: at most one false alarm in so many weeks. */
export const DEFAULT_BUDGET_WEEKS = 13;
