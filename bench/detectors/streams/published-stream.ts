/** Rows of features and a class, as the published benchmark draws them. */
export interface Stream {
  readonly rows: number;
  readonly features: number;
  /** Row-major. */
  readonly values: Float64Array;
  readonly labels: Uint8Array;
}

export const PUBLISHED_ROWS = 154_987;
/** A change every so many rows. */
export const CHANGE_EVERY = 5_000;

/** The changes that the benchmark scores; it leaves out the last, which is in the data. */
export const SCORED_CHANGES: readonly number[] = Array.from(
  { length: Math.floor(PUBLISHED_ROWS / CHANGE_EVERY) - 1 },
  (_, index) => (index + 1) * CHANGE_EVERY,
);
