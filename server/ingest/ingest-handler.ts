import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyFormat, declaredDigest } from "#server/ingest/body-format.ts";
import { declaredLength, readBody } from "#server/ingest/body-reader.ts";
import { BodyWatch } from "#server/ingest/body-watch.ts";
import { feedJson, type IngestKind } from "#server/ingest/feed-json.ts";
import { feedNdjson } from "#server/ingest/feed-ndjson.ts";
import { sha256Hex } from "#server/ingest/idempotency-guard.ts";
import type { IngestOutcome } from "#server/ingest/ingest-answer.ts";
import { countBy } from "#server/ingest/ingest-counters.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { sendIngestProblem, sendOutcome } from "#server/ingest/ingest-response.ts";
import { type IngestContext, type IngestOptions, ingestRows } from "#server/ingest/ingest-rows.ts";
import type { Ticket } from "#server/ingest/ticket.ts";
import { ServiceError } from "#server/kernel/errors.ts";

/** Sent before the body is known to be readable: bodies of this size and less need no more room. */
const UNDECLARED_BYTES = 16 * 1_024;

const watches = new WeakMap<IngestLimits, BodyWatch>();

/**
 * `POST /api/v1/predictions` and `/api/v1/labels`, once the front door has checked the key. Always answers; resolves to
 * the error that was answered for, so that the front door can log what it does not know, or null.
 */
export async function handleIngest(
  request: IncomingMessage,
  response: ServerResponse,
  context: IngestContext,
): Promise<unknown> {
  try {
    const outcome = await takeIn(request, context);
    sendOutcome(response, outcome, context);
    return null;
  } catch (error) {
    countBy(
      context.queue.counters.refusedRequests,
      error instanceof ServiceError ? error.reason : "internal_error",
    );
    sendIngestProblem(request, response, error, context);
    return error;
  }
}

async function takeIn(request: IncomingMessage, context: IngestContext): Promise<IngestOutcome> {
  const { path, query } = splitUrl(request.url ?? "");
  if (request.method !== "POST") {
    throw new ServiceError("method_not_allowed", `Use POST to send rows to ${path}.`, {
      facts: { allow: "POST" },
    });
  }
  const kind: IngestKind = path.endsWith("/labels") ? "labels" : "predictions";
  const length = declaredLength(request, context.limits);
  const ticket = context.queue.enter(length ?? UNDECLARED_BYTES);
  try {
    return await readAndIngest(request, kind, query, ticket, context);
  } finally {
    ticket.release();
  }
}

async function readAndIngest(
  request: IncomingMessage,
  kind: IngestKind,
  query: string,
  ticket: Ticket,
  context: IngestContext,
): Promise<IngestOutcome> {
  const { queue, limits } = context;
  const { isGzip, isNdjson } = bodyFormat(request.headers);
  const idempotencyKey = readIdempotencyKey(request, limits);
  const { bytes, wireBytes } = await readBody(request, {
    isGzip,
    digest: declaredDigest(request.headers),
    limits,
    watch: watchFor(limits),
    hold: (more) => queue.grow(ticket, more),
  });
  queue.counters.bytesReceived += wireBytes;
  queue.counters.bytesDecoded += bytes.length;
  const bodyHash = idempotencyKey === null ? null : sha256Hex(bytes);
  const options: IngestOptions = {
    kind,
    idempotencyKey,
    bodyHash,
    strict: query !== "" && new URLSearchParams(query).get("strict") === "1",
    allResults: query !== "" && new URLSearchParams(query).get("results") === "all",
  };
  const ingest = () =>
    ingestRows(
      (intake) => (isNdjson ? feedNdjson(bytes, intake, limits) : feedJson(bytes, kind, intake, limits)),
      bytes.length,
      options,
      context,
      () => ticket.release(),
    );
  if (idempotencyKey === null || bodyHash === null) return await ingest();
  return await onlyOnce(`${kind}\0${context.keyId ?? ""}\0${idempotencyKey}`, bodyHash, ingest, context);
}

async function onlyOnce(
  scope: string,
  bodyHash: string,
  ingest: () => Promise<IngestOutcome>,
  { queue }: IngestContext,
): Promise<IngestOutcome> {
  queue.idempotency.enter(scope, bodyHash);
  try {
    const outcome = await ingest();
    if (outcome.answer.batchId !== null) queue.idempotency.remember(scope, bodyHash);
    return outcome;
  } finally {
    queue.idempotency.leave(scope);
  }
}

function readIdempotencyKey(request: IncomingMessage, limits: IngestLimits): string | null {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(",") : header;
  if (key.length > 0 && key.length <= limits.idempotencyKeyChars) return key;
  throw new ServiceError(
    "bad_request",
    `\`Idempotency-Key\` is empty or longer than ${limits.idempotencyKeyChars} characters.`,
    {
      reason: "bad_idempotency_key",
    },
  );
}

function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf("?");
  return mark === -1 ? { path: url, query: "" } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function watchFor(limits: IngestLimits): BodyWatch {
  const known = watches.get(limits);
  if (known !== undefined) return known;
  const watch = new BodyWatch(limits);
  watches.set(limits, watch);
  return watch;
}
