import type { Readable } from "node:stream";
import { ServiceError } from "#server/kernel/errors.ts";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import { parseColumnMap } from "#server/references/column-map.ts";
import type { FileFormat, ImportProgress } from "#server/references/import-file.ts";
import { inImportThread } from "#server/references/import-thread.ts";
import type { Profile } from "#server/references/profile-table.ts";
import type { Reference, ReferenceStore } from "#server/references/reference.ts";
import { spoolUpload } from "#server/references/spool-upload.ts";

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
  /** Where the upload is kept while it is read. */
  readonly directory: string;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface CreatedReference {
  readonly reference: Reference;
  /** True when the same content was there already. */
  readonly known: boolean;
  /** All features of the profile, in its order. */
  readonly features: readonly FeatureSchema[];
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
export async function createReference(upload: ReferenceUpload): Promise<CreatedReference> {
  const format = formatOf(upload.contentType);
  // Refused before the body is taken in.
  parseColumnMap(upload.map, upload.model);
  const file = await spoolUpload(upload.stream, upload.gzip, upload.directory);
  try {
    const { map, model, version } = upload;
    const job = { path: file.path, format, map, model, version };
    const profile = await inImportThread((call) => call("importFile", job), upload.onProgress);
    return saveProfile(profile, { ...upload, source: "upload" });
  } finally {
    await file.remove();
  }
}

export function saveProfile(
  profile: Profile,
  about: Pick<ReferenceUpload, "model" | "version" | "name" | "store" | "now"> & {
    source: Reference["source"];
  },
): CreatedReference {
  const { model, version, store } = about;
  const known = store.find(model.modelId, version, profile.refId) !== null;
  const { refId, rows, labelled, layoutJson, summary, segments, sample, skipped } = profile;
  const facts: Reference = {
    refId,
    modelId: model.modelId,
    version,
    name: about.name,
    rows,
    labelled,
    createdAt: about.now,
    source: about.source,
    skipped,
    layoutJson,
    summary,
    segments,
  };
  const reference = store.save(facts, sample);
  const declared = new Set(model.features.map((feature) => feature.name));
  return {
    reference,
    known,
    features: profile.features,
    inferred: {
      features: profile.features.filter((feature) => !declared.has(feature.name)),
      dimensions: profile.dimensions.filter((name) => !model.dimensions.includes(name)),
      positiveClass: model.positiveClass === null ? profile.positiveClass : null,
    },
  };
}

function formatOf(contentType: string): FileFormat {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/csv" || type === "application/csv") return "csv";
  if (type === "application/x-ndjson" || type === "application/ndjson" || type === "application/jsonl")
    return "ndjson";
  if (type === "application/vnd.apache.parquet" || type === "application/x-parquet") return "parquet";
  throw new ServiceError(
    "unsupported_media_type",
    "A reference is sent as text/csv, application/x-ndjson or application/vnd.apache.parquet; say which in Content-Type.",
    { reason: "unsupported_format" },
  );
}
