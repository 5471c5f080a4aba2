import type { IncomingMessage } from "node:http";
import { ServiceError } from "#server/kernel/errors.ts";

export const BODY_BYTES_MAX = 1_048_576;
export const BODY_TIME_MAX_MS = 30_000;

/** The whole body, or a refusal as soon as it is too large or too slow. */
export async function readBody(request: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) throw tooLarge(bytesMax);
  if (
    request.headers["content-encoding"] !== undefined &&
    request.headers["content-encoding"] !== "identity"
  ) {
    throw new ServiceError("unsupported_media_type", "Send this body without Content-Encoding.");
  }
  const stopTimer = cutSlowBody(request);
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of request) {
      bytes += part.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    stopTimer();
  }
}

/** Destroys a request whose body has not arrived in time. Returns what calls that off. */
export function cutSlowBody(request: IncomingMessage, timeMaxMs = BODY_TIME_MAX_MS): () => void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy(new ServiceError("timeout", "The body took too long to arrive."));
  }, timeMaxMs);
  timer.unref();
  return () => clearTimeout(timer);
}

export async function readJson(request: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  requireJson(request);
  const bytes = await readBody(request, bytesMax);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ServiceError("bad_request", "The body is not readable JSON in UTF-8.", {
      reason: "invalid_json",
    });
  }
}

export function requireJson(request: IncomingMessage): void {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new ServiceError("unsupported_media_type", "Send `Content-Type: application/json`.");
}

function tooLarge(limit: number): ServiceError {
  return new ServiceError("too_large", `The body is larger than the ${limit} bytes that are allowed here.`, {
    reason: "body_too_large",
    facts: { limit },
  });
}
