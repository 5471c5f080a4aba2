import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "#server/kernel/errors.ts";

export interface BodyFormat {
  readonly isNdjson: boolean;
  readonly isGzip: boolean;
}

const JSON_TYPES = new Set(["application/json"]);
const NDJSON_TYPES = new Set(["application/x-ndjson", "application/ndjson", "application/jsonl"]);
const UTF8_NAMES = new Set(["utf-8", "utf8", "us-ascii"]);

/** What the headers say of the body; throws where it is something that is not read here. */
export function bodyFormat(headers: IncomingHttpHeaders): BodyFormat {
  const contentType = headers["content-type"] ?? "";
  // What nearly every sender says, before anything is taken apart.
  if (headers["content-encoding"] === undefined && contentType === "application/json")
    return { isNdjson: false, isGzip: false };
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const isNdjson = NDJSON_TYPES.has(type);
  if (!isNdjson && !JSON_TYPES.has(type)) {
    throw unsupported(
      "unsupported_content_type",
      "Send `Content-Type: application/json` or `application/x-ndjson`.",
    );
  }
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  if (charset !== undefined && !UTF8_NAMES.has(charset.replaceAll('"', ""))) {
    throw unsupported("unsupported_charset", "Bodies are read as UTF-8 only.");
  }
  return { isNdjson, isGzip: isGzip(headers["content-encoding"]) };
}

function isGzip(encoding: string | undefined): boolean {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "gzip" || name === "x-gzip") return true;
  if (name === "identity" || name === "") return false;
  throw unsupported(
    "unsupported_encoding",
    "Bodies are read plain or with one `Content-Encoding: gzip` only.",
  );
}

function unsupported(reason: string, message: string): ServiceError {
  return new ServiceError("unsupported_media_type", message, { reason });
}

const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/;

/** The SHA-256 (base64) that a `Content-Digest` header names; null when there is no such header. */
export function declaredDigest(headers: IncomingHttpHeaders): string | null {
  const header = headers["content-digest"];
  if (header === undefined) return null;
  const found = DIGEST.exec(Array.isArray(header) ? header.join(",") : header);
  if (found?.[1] !== undefined) return found[1];
  throw new ServiceError(
    "bad_request",
    "`Content-Digest` has no `sha-256=:…:` in it; only SHA-256 is verified.",
    {
      reason: "bad_digest",
    },
  );
}
