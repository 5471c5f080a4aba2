import { feedJson, feedTree, type IngestKind } from "#server/ingest/feed-json.ts";
import { feedNdjson } from "#server/ingest/feed-ndjson.ts";
import type { IngestOutcome } from "#server/ingest/ingest-answer.ts";
import { ingestRows } from "#server/ingest/ingest-rows.ts";
import type { RowIntake } from "#server/ingest/row-intake.ts";
import type { IngestRig } from "#server/ingest/testing/ingest-rig.ts";

export type BodyForm = "json" | "ndjson" | "tree";

/** Ingests a body without HTTP around it. */
export function readRows(
  rig: IngestRig,
  body: Buffer | string,
  more: { form?: BodyForm; kind?: IngestKind; strict?: boolean; allResults?: boolean } = {},
): Promise<IngestOutcome> {
  const { form = "json", kind = "predictions", strict = false, allResults = false } = more;
  const bytes = Buffer.from(body);
  const feed = (intake: RowIntake) => {
    if (form === "ndjson") return feedNdjson(bytes, intake, rig.limits);
    if (form === "json") return feedJson(bytes, kind, intake, rig.limits);
    return feedTree(JSON.parse(bytes.toString()), kind, intake, rig.limits);
  };
  return ingestRows(
    feed,
    bytes.length,
    { kind, idempotencyKey: null, bodyHash: null, strict, allResults },
    rig.context(),
  );
}
