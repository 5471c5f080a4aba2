import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, type SignIn } from "#server/access/create-sign-in.ts";
import type { FirstOwner } from "#server/access/first-owner.ts";
import type { ClientAddress } from "#server/http/client-address.ts";
import { readBody, readJson } from "#server/http/read-body.ts";
import { redirect, sendJson } from "#server/http/respond.ts";
import { requireSameOrigin } from "#server/http/same-origin.ts";
import { ServiceError } from "#server/kernel/errors.ts";

export interface SignInRoutesOptions {
  readonly signIn: SignIn;
  readonly firstOwner: Pick<FirstOwner, "isNeeded" | "takeSetupToken" | "takeSignInToken">;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | null;
  readonly baseUrl: string;
}

const SetupInput = z.object({
  token: z.string().max(256),
  email: z.email().max(256),
  name: z.string().trim().min(1).max(128),
  password: z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX),
});
const Credentials = z.object({ email: z.string().max(256) });
const BODY_BYTES = 16_384;
const AUTH = "/api/auth";

export function createSignInRoutes(options: SignInRoutesOptions) {
  const { signIn, firstOwner, clientAddress, publicUrl } = options;
  const byAddress = new RateLimiterMemory({ keyPrefix: "address", points: 20, duration: 60 });
  const byAccount = new RateLimiterMemory({ keyPrefix: "account", points: 10, duration: 900 });

  const setup = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === "GET") return sendJson(response, 200, { needed: firstOwner.isNeeded() });
    requirePost(request);
    requireSameOrigin(request, publicUrl);
    await consume(byAddress, clientAddress(request));
    const { token, ...owner } = SetupInput.parse(await readJson(request, BODY_BYTES));
    if (!firstOwner.isNeeded()) {
      throw new ServiceError("conflict", "There is an owner already; sign in instead.", {
        reason: "already_set_up",
      });
    }
    if (!firstOwner.takeSetupToken(token)) {
      throw new ServiceError(
        "forbidden",
        "This set-up link is used up or older than an hour; start Plumbline again to get a new one.",
        { reason: "bad_token" },
      );
    }
    const { userId } = await signIn.createOwner(owner);
    const session = await signIn.openSession(userId, new Headers());
    copyCookies(session, response);
    sendJson(response, 200, { ok: true });
  };

  const link = async (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => {
    await consume(byAddress, clientAddress(request));
    const person = firstOwner.takeSignInToken(query.get("token") ?? "");
    if (person === null) return redirect(response, "/sign-in?error=link");
    copyCookies(await signIn.openSession(person.userId, new Headers()), response);
    redirect(response, ownPath(query.get("next")));
  };

  const library = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    if (!signIn.serves(request.method ?? "", path.slice(AUTH.length))) {
      throw new ServiceError("not_found", "There is nothing at this path.", { reason: "unknown_path" });
    }
    requireSameOrigin(request, publicUrl);
    const body = request.method === "POST" ? await readBody(request, BODY_BYTES) : null;
    if (path === `${AUTH}/sign-in/email`) {
      await consume(byAddress, clientAddress(request));
      await consume(byAccount, readEmail(body));
    }
    const answer = await signIn.handle(toWebRequest(request, options.baseUrl + path, body));
    await sendWebResponse(answer, response);
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<boolean> => {
    if (path === "/api/setup") await setup(request, response);
    else if (path === "/api/auth-link") await link(request, response, query);
    else if (path.startsWith(`${AUTH}/`)) await library(request, response, path);
    else return false;
    return true;
  };
}

function requirePost(request: IncomingMessage): void {
  if (request.method === "POST") return;
  throw new ServiceError("method_not_allowed", "This path takes GET, POST.", {
    facts: { allow: "GET, POST" },
  });
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new ServiceError("rate_limited", "Too many attempts; wait and try again.", {
      retryAfterSeconds: Math.ceil(refused.msBeforeNext / 1000),
    });
  }
}

function readEmail(body: Buffer | null): string {
  try {
    return Credentials.parse(JSON.parse(String(body))).email.toLowerCase();
  } catch {
    throw new ServiceError("bad_request", "Send JSON with `email` and `password`.", {
      reason: "invalid_json",
    });
  }
}

/** Only a path of our own; anything that a browser could read as another host goes to the front page. */
export function ownPath(next: string | null): string {
  if (next === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return "/";
  return new URL(next, "http://own").origin === "http://own" ? next : "/";
}

function toWebRequest(request: IncomingMessage, url: string, body: Buffer | null): Request {
  const headers = new Headers();
  for (const name of ["cookie", "content-type", "user-agent"]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const init = { method: request.method ?? "GET", headers };
  return body === null ? new Request(url, init) : new Request(url, { ...init, body: new Uint8Array(body) });
}

function copyCookies(from: Response, to: ServerResponse): void {
  const cookies = from.headers.getSetCookie();
  if (cookies.length > 0) to.setHeader("set-cookie", cookies);
}

async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  copyCookies(answer, response);
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, {
    "content-type": answer.headers.get("content-type") ?? "application/json",
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
}
