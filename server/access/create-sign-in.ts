import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { betterAuth } from "better-auth/minimal";
import { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import { account, session, user, verification } from "#db/schema/people.ts";
import type { Principal } from "#server/access/principal.ts";
import type { Clock } from "#server/kernel/clock.ts";
import type { Logger } from "#server/kernel/logger.ts";

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;
const IDLE_SECONDS = 12 * 3600;
const ROLLED_EVERY_SECONDS = 15 * 60;
const ABSOLUTE_MS = 14 * 86_400_000;

/** Paths below /api/auth that are served; the library has more, and what is not used is not reachable. */
const SERVED: ReadonlyMap<string, string> = new Map([
  ["/sign-in/email", "POST"],
  ["/sign-out", "POST"],
  ["/get-session", "GET"],
  ["/change-password", "POST"],
]);

export interface NewOwner {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

export interface SignIn {
  readonly cookieName: string;
  /** True when the sign-in library may see this request. */
  serves(method: string, path: string): boolean;
  handle(request: Request): Promise<Response>;
  /** Whose session the cookie is; null without one, or when it has ended. */
  person(headers: Headers): Promise<Extract<Principal, { kind: "person" }> | null>;
  createOwner(owner: NewOwner): Promise<{ userId: string }>;
  /** An answer that carries the cookie of a new session for this person. */
  openSession(userId: string, headers: Headers): Promise<Response>;
}

export interface SignInOptions {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly secretKey: string;
  readonly baseUrl: string;
  readonly logger: Logger;
}

export function createSignIn(options: SignInOptions): SignIn {
  const isSecure = options.baseUrl.startsWith("https://");
  const cookieName = isSecure ? "__Host-plumbline_session" : "plumbline_session";
  const auth = configure(options, cookieName, isSecure);
  return {
    cookieName,
    serves: (method, path) => SERVED.get(path) === method,
    handle: (request) => auth.handler(request),
    person: async (headers) => {
      const found = await auth.api.getSession({ headers });
      if (found === null) return null;
      if (options.clock.now() - found.session.createdAt.getTime() > ABSOLUTE_MS) {
        await (await auth.$context).internalAdapter.deleteSession(found.session.token);
        return null;
      }
      return { kind: "person", userId: found.user.id, email: found.user.email, name: found.user.name };
    },
    createOwner: async (owner) => {
      const { internalAdapter, password } = await auth.$context;
      const created = await internalAdapter.createUser(
        { email: owner.email.toLowerCase(), name: owner.name, emailVerified: true },
        { method: "email-password" },
      );
      await internalAdapter.linkAccount({
        userId: created.id,
        providerId: "credential",
        accountId: created.id,
        password: await password.hash(owner.password),
      });
      return { userId: created.id };
    },
    openSession: (userId, headers) => auth.api.openSession({ body: { userId }, headers, asResponse: true }),
  };
}

function configure(
  { meta, secretKey, baseUrl, logger }: SignInOptions,
  cookieName: string,
  isSecure: boolean,
) {
  return betterAuth({
    appName: "Plumbline",
    baseURL: baseUrl,
    basePath: "/api/auth",
    secret: secretKey,
    database: drizzleAdapter(meta, { provider: "sqlite", schema: { user, session, account, verification } }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      revokeSessionsOnPasswordReset: true,
    },
    session: { expiresIn: IDLE_SECONDS, updateAge: ROLLED_EVERY_SECONDS, cookieCache: { enabled: false } },
    // The front door holds the limits and the same-origin rule, for these paths and all others.
    rateLimit: { enabled: false },
    advanced: {
      disableOriginCheck: true,
      disableCSRFCheck: true,
      useSecureCookies: false,
      cookies: { session_token: { name: cookieName, attributes: { secure: isSecure } } },
      ipAddress: { disableIpTracking: true },
    },
    logger: {
      log: (level, message) => logger[level === "error" ? "error" : "debug"]({ area: "sign-in" }, message),
    },
    telemetry: { enabled: false },
    plugins: [oneTimeSignIn()],
  });
}

/** Only this process can call it: there is no path. */
function oneTimeSignIn() {
  return {
    id: "one-time-sign-in",
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ userId: z.string() }), requireHeaders: true },
        async (context) => {
          const { internalAdapter } = context.context;
          const person = await internalAdapter.findUserById(context.body.userId);
          if (person === null) throw new APIError("UNAUTHORIZED");
          const opened = await internalAdapter.createSession(person.id);
          await setSessionCookie(context, { session: opened, user: person });
          return context.json({ ok: true });
        },
      ),
    },
  };
}
