import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { ServiceError } from "#server/kernel/errors.ts";

/** Refusals of a whole body: nothing of it is stored. */
export function badBody(reason: string, message: string): ServiceError {
  return new ServiceError("bad_request", message, { reason });
}

export function tooLarge(reason: string, message: string, limit: number, actual: number): ServiceError {
  return new ServiceError("too_large", `${message} Split the batch and send the parts.`, {
    reason,
    facts: { limit, actual },
  });
}

export function tooManyRows(limits: IngestLimits, actual: number): ServiceError {
  return tooLarge(
    "too_many_rows",
    `The body has ${actual} rows; at most ${limits.rows} are taken at once.`,
    limits.rows,
    actual,
  );
}

export function tooDeepBody(limits: IngestLimits): ServiceError {
  return badBody("too_deep", `The body nests deeper than ${limits.depth} levels; send flat features.`);
}

export function duplicateEnvelopeKey(): ServiceError {
  return badBody("duplicate_key", "The body's outer object has the same key twice; send each key once.");
}
