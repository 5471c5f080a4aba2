import { ServiceError } from "#server/kernel/errors.ts";

/**
 * Where a page ended, by what does not change when chunks are merged: event time, then the id's hash, the id and
 * the version. A cursor without an id says that everything newer (older) than its time is done.
 */
export interface RowPlace {
  readonly ts: number;
  readonly hash: number;
  readonly id: string;
  readonly version: string;
}

/** Ascending order of rows; the ends of a time sort before and after all of its rows. */
export function comparePlaces(left: RowPlace, right: RowPlace): number {
  if (left.ts !== right.ts) return left.ts - right.ts;
  if (left.hash !== right.hash) return left.hash - right.hash;
  if (left.id !== right.id) return left.id < right.id ? -1 : 1;
  if (left.version === right.version) return 0;
  return left.version < right.version ? -1 : 1;
}

export function startOf(ts: number): RowPlace {
  return { ts, hash: -1, id: "", version: "" };
}

export function endOf(ts: number): RowPlace {
  return { ts, hash: 2 ** 53, id: "", version: "" };
}

export function encodeCursor(place: RowPlace): string {
  return Buffer.from(JSON.stringify([place.ts, place.hash, place.id, place.version])).toString("base64url");
}

export function decodeCursor(text: string): RowPlace {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(value) && value.length === 4) {
      const [ts, hash, id, version] = value;
      if (
        Number.isFinite(ts) &&
        Number.isFinite(hash) &&
        typeof id === "string" &&
        typeof version === "string"
      ) {
        return { ts, hash, id, version };
      }
    }
  } catch {
    // Answered below: not a cursor of ours.
  }
  throw new ServiceError(
    "bad_request",
    "The cursor is not one that this server gave out. Leave it out to start from the beginning.",
    { reason: "bad_cursor" },
  );
}
