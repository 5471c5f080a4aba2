import type { CreatedReference, ReferenceUpload } from "#server/references/create-reference.ts";
import { saveProfile } from "#server/references/create-reference.ts";
import { inImportThread } from "#server/references/import-thread.ts";

export interface RangeReference
  extends Pick<ReferenceUpload, "model" | "version" | "name" | "store" | "now" | "onProgress"> {
  /** Where events.db is. */
  readonly directory: string;
  /** from ≤ ts < to, milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** Freezes a past range of a version's rows into a reference; the caller goes on as after createReference. */
export async function createRangeReference(request: RangeReference): Promise<CreatedReference> {
  const { directory, model, version, from, to } = request;
  const job = { directory, model, version, from, to };
  const profile = await inImportThread((call) => call("importRange", job), request.onProgress);
  return saveProfile(profile, { ...request, source: "range" });
}
