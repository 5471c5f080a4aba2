import type { Readable } from "node:stream";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import type { Reference, ReferenceStore } from "#server/references/reference.ts";

export interface ReferenceUpload {
  readonly stream: Readable;
  readonly contentType: string;
  /** True when the body is gzip-compressed. */
  readonly gzip: boolean;
  /** The query's `map=`, as it was sent; null when none. */
  readonly map: string | null;
  readonly version: string;
  readonly name: string;
  readonly model: ModelSchema;
  readonly store: ReferenceStore;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Where the upload may be spooled (Parquet needs its end first). */
  readonly directory: string;
  readonly onProgress?: (progress: { rows: number; ofRows: number | null }) => void;
}

export interface CreatedReference {
  readonly reference: Reference;
  /** True when the same content was there already. */
  readonly known: boolean;
  /** What the model's schema did not have yet: for ModelRegistry.extend. */
  readonly inferred: {
    readonly features: readonly FeatureSchema[];
    readonly dimensions: readonly string[];
    readonly positiveClass: string | null;
  };
}

/**
 * Reads an uploaded file into a profile, in a thread of its own, and saves it. The caller then extends the model's
 * schema by `inferred` and sends the writer `{ modelId, version, referenceLayout: reference.layoutJson }`.
 */
export async function createReference(_upload: ReferenceUpload): Promise<CreatedReference> {
  throw new Error("Not written yet.");
}
