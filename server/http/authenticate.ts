import type { IncomingMessage } from "node:http";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { SignIn } from "#server/access/create-sign-in.ts";
import type { KeyCache } from "#server/access/key-cache.ts";
import { ANONYMOUS, type Principal } from "#server/access/principal.ts";
import type { ClientAddress } from "#server/http/client-address.ts";
import { requireOwnPage } from "#server/http/same-origin.ts";
import { ServiceError } from "#server/kernel/errors.ts";

type KeyPrincipal = Extract<Principal, { kind: "key" }>;

export interface Authenticate {
  /** The key of a request; no waiting, for the hot path. */
  key(request: IncomingMessage): KeyPrincipal | "none" | "wrong";
  /** What to answer to a wrong key; counts the failure, and tells who failed too often to wait. */
  refusal(request: IncomingMessage): Promise<ServiceError>;
  /** Key, session or nobody. A wrong key is refused, never taken for nobody. */
  principal(request: IncomingMessage): Promise<Principal>;
}

export interface AuthenticateOptions {
  readonly keys: KeyCache;
  readonly signIn: SignIn;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | null;
}

const FAILURES_PER_MINUTE = 10;
const BEARER = "Bearer ";

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  const key: Authenticate["key"] = (request) => {
    const header = request.headers.authorization;
    if (header === undefined) return "none";
    if (!header.startsWith(BEARER)) return "wrong";
    return options.keys.authenticate(header.slice(BEARER.length)) ?? "wrong";
  };
  const refusal: Authenticate["refusal"] = async (request) => {
    const { consumedPoints, msBeforeNext } = await failures.penalty(options.clientAddress(request), 1);
    if (consumedPoints > FAILURES_PER_MINUTE) {
      return new ServiceError("rate_limited", "Too many wrong keys from this address; wait a minute.", {
        reason: "too_many_failures",
        retryAfterSeconds: Math.ceil(msBeforeNext / 1000),
      });
    }
    return new ServiceError("unauthorized", "The API key is unknown, revoked or expired.", {
      reason: "unknown_key",
    });
  };
  return {
    key,
    refusal,
    principal: async (request) => {
      const found = key(request);
      if (found === "wrong") throw await refusal(request);
      if (found !== "none") return found;
      const cookie = request.headers.cookie;
      if (cookie === undefined || !cookie.includes(options.signIn.cookieName)) return ANONYMOUS;
      const person = await options.signIn.person(new Headers({ cookie }));
      if (person === null) return ANONYMOUS;
      requireOwnPage(request, options.publicUrl);
      return person;
    },
  };
}
