import type { IncomingMessage } from "node:http";
import { ServiceError } from "#server/kernel/errors.ts";

export const CSRF_HEADER = "x-plumbline-csrf";

/** Whether a browser says that another site made it send this. No header at all is a program, not a browser. */
export function isCrossSite(request: IncomingMessage, publicUrl: string | null): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = request.headers.origin;
  if (origin === undefined) return false;
  if (publicUrl !== null && origin === publicUrl) return false;
  return hostOf(origin) !== request.headers.host;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

export function requireSameOrigin(request: IncomingMessage, publicUrl: string | null): void {
  if (!isCrossSite(request, publicUrl)) return;
  throw new ServiceError(
    "forbidden",
    "This request came from another site; use the address that serves Plumbline.",
    {
      reason: "cross_site",
    },
  );
}

/** A request that rides on the cookie must come from our own page, and if it changes something, say so in a header. */
export function requireOwnPage(request: IncomingMessage, publicUrl: string | null): void {
  requireSameOrigin(request, publicUrl);
  if (request.method === "GET" || request.method === "HEAD") return;
  if (request.headers[CSRF_HEADER] === "1") return;
  throw new ServiceError("forbidden", `Calls with a session need the header \`${CSRF_HEADER}: 1\`.`, {
    reason: "csrf_header_missing",
  });
}
