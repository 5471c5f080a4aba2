import type { ReferenceSample } from "#server/references/reference-sample.ts";
import type { SummarySource } from "#server/windows/read-summaries.ts";

export interface SkippedColumn {
  /** The column, or `row N` for a row that could not be read. */
  readonly what: string;
  readonly reason: string;
}

export interface ReferenceFacts {
  /** `sha256:` and 64 hex digits: the same content has the same address, whatever file it came in. */
  readonly refId: string;
  readonly modelId: number;
  readonly version: string;
  readonly name: string;
  readonly rows: number;
  readonly labelled: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly source: "upload" | "range";
  readonly skipped: readonly SkippedColumn[];
}

/**
 * A frozen profile. Read it like a window: `decodeSummary(reference, parseLayout(reference.layoutJson))`, then
 * `alignSummary` into the live layout; segments that the reference has are there too.
 */
export interface Reference extends ReferenceFacts, SummarySource {
  readonly layoutJson: string;
}

/** Implemented over meta.db by `db/queries/references.ts`. */
export interface ReferenceStore {
  find(modelId: number, version: string, refId: string): Reference | null;
  /** The one a version is compared with: the latest saved. */
  current(modelId: number, version: string): Reference | null;
  list(modelId: number): ReferenceFacts[];
  /** Some of its rows; null for a reference that was saved before samples were kept. */
  sample(modelId: number, version: string, refId: string): ReferenceSample | null;
  /** Saving one that is there already makes it current again and keeps its first name and time; its sample is added if it had none. */
  save(reference: Reference, sample?: Uint8Array): Reference;
}
