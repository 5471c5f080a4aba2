import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { SignIn } from "#server/access/create-sign-in.ts";
import type { KeyCache } from "#server/access/key-cache.ts";
import { ANONYMOUS, type Principal, requirePermission } from "#server/access/principal.ts";
import type { Services } from "#server/api/services.ts";
import { type Authenticate, createAuthenticate } from "#server/http/authenticate.ts";
import { createClientAddress } from "#server/http/client-address.ts";
import { createPages, type WebAddress } from "#server/http/pages.ts";
import type { ServerMetrics } from "#server/http/prometheus.ts";
import { cutSlowBody } from "#server/http/read-body.ts";
import { sendError, sendJson, sendText } from "#server/http/respond.ts";
import { openApiDocument } from "#server/http/rest/openapi.ts";
import { INGEST_ROUTES, REST_ROUTES } from "#server/http/rest/rest-routes.ts";
import { createRouteTable } from "#server/http/route-table.ts";
import { createSecurityHeaders } from "#server/http/security-headers.ts";
import { createSignInRoutes, type SignInRoutesOptions } from "#server/http/sign-in-routes.ts";
import { createTrpcHandler } from "#server/http/trpc-handler.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { Logger } from "#server/kernel/logger.ts";

/** The ingest stage at the door: reads the body, checks rows, waits for the commit and answers. */
export type IngestHandler = (
  kind: "predictions" | "labels",
  request: IncomingMessage,
  response: ServerResponse,
  who: { readonly keyId: string | null; readonly requestId: string },
) => Promise<void>;

export interface Readiness {
  readonly isReady: boolean;
  /** A word and a sentence, when it is not. */
  readonly reason: string | null;
  readonly detail: string | null;
}

export interface FrontDoorOptions {
  readonly services: Services;
  readonly ingest: IngestHandler;
  readonly keys: KeyCache;
  readonly signIn: SignIn;
  readonly firstOwner: SignInRoutesOptions["firstOwner"];
  readonly readiness: () => Readiness;
  readonly metrics: ServerMetrics;
  readonly web: WebAddress;
  readonly logger: Logger;
  readonly version: string;
  readonly baseUrl: string;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly isDevelopment: boolean;
}

const HEADERS_TIMEOUT_MS = 10_000;
/** Long enough for an uploaded file; every other body has a limit of its own. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const KEEP_ALIVE_MS = 15_000;
const CHECK_EVERY_MS = 2_000;
const CONNECTIONS_MAX = 2_000;
const URL_LENGTH_MAX = 16_384;
const INGEST_PATH = /^\/api\/v1\/(predictions|labels)(?:\?|$)/;

export interface FrontDoor {
  readonly server: Server;
  /** New requests are answered 503 from now on. */
  refuseAll(): void;
  close(): Promise<void>;
}

export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { logger, metrics } = options;
  const clientAddress = createClientAddress(options.trustedProxies);
  const authenticate = createAuthenticate({ ...options, clientAddress });
  const serveSignIn = createSignInRoutes({ ...options, clientAddress });
  const serveTrpc = createTrpcHandler({ ...options, authenticate });
  const serveRest = createRest(options, authenticate);
  const pages = createPages({ ...options, authenticate, allowUpgrade: options.isDevelopment });
  const setSecurityHeaders = createSecurityHeaders(options.baseUrl.startsWith("https://"));
  const ids = createRequestIds();
  let isRefusing = false;

  const dispatch = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<string> => {
    const url = request.url ?? "/";
    requirePlainUrl(url);
    const cut = url.indexOf("?");
    const path = cut < 0 ? url : url.slice(0, cut);
    const query = new URLSearchParams(cut < 0 ? "" : url.slice(cut + 1));
    if (path.startsWith("/api/trpc/")) {
      await serveTrpc(request, response, path, requestId);
      return "trpc";
    }
    if (path.startsWith("/api/v1/")) return await serveRest(request, response, path, query);
    if (await serveOperations(options, request, response, path)) return path;
    if (await serveSignIn(request, response, path, query)) return "sign-in";
    if (path.startsWith("/api/")) throw unknownPath();
    await pages.serve(request, response, path);
    return "page";
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const requestId = ids();
    let route = "unknown";
    try {
      response.setHeader("x-request-id", requestId);
      setSecurityHeaders(request, response);
      if (isRefusing) {
        response.setHeader("connection", "close");
        throw shuttingDown();
      }
      const ingest = request.method === "POST" ? INGEST_PATH.exec(request.url ?? "") : null;
      if (ingest !== null) {
        route = ingest[1] ?? "ingest";
        await serveIngest(options, authenticate, request, response, requestId, route);
      } else {
        route = await dispatch(request, response, requestId);
      }
    } catch (error) {
      if (error instanceof ServiceError && typeof error.facts.allow === "string") {
        response.setHeader("allow", error.facts.allow);
      }
      const problem = sendError(response, error, requestId);
      if (problem.status === 500) logger.error({ requestId, route, error }, "request failed");
    } finally {
      metrics.observe(route, response.statusCode, (performance.now() - startedAt) / 1_000);
    }
  };

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      requireHostHeader: true,
    },
    (request, response) => void answer(request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    pages.upgrade(request, socket, head),
  );
  return {
    server,
    refuseAll: () => {
      isRefusing = true;
    },
    close: async () => {
      pages.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

/** The hot path: one look-up in memory, then straight to the ingest stage. */
async function serveIngest(
  { ingest }: FrontDoorOptions,
  authenticate: Authenticate,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  kind: string,
): Promise<void> {
  requirePlainUrl(request.url ?? "/");
  const permission = kind === "labels" ? "labels:write" : "predictions:write";
  const key = authenticate.key(request);
  const principal: Principal = typeof key === "string" ? await authenticate.principal(request) : key;
  requirePermission(principal, permission);
  const keyId = principal.kind === "key" ? principal.keyId : null;
  await ingest(kind === "labels" ? "labels" : "predictions", request, response, { keyId, requestId });
}

function createRest(options: FrontDoorOptions, authenticate: Authenticate) {
  const find = createRouteTable(REST_ROUTES, INGEST_ROUTES);
  const document = openApiDocument([...INGEST_ROUTES, ...REST_ROUTES], options.version);
  const { services } = options;
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<string> => {
    const principal = await authenticate.principal(request);
    if (path === "/api/v1/openapi.json") {
      sendJson(response, 200, document);
      return path;
    }
    // Whoever is nobody learns nothing of the paths, and is told to sign in rather than that there is none.
    if (principal === ANONYMOUS) requirePermission(principal, "models:read");
    const { route, parameters } = find(request.method ?? "", path);
    requirePermission(principal, route.permission);
    if (route.takes === undefined && route.method !== "GET") response.once("close", cutSlowBody(request));
    await route.handle({ request, response, parameters, query, principal, services });
    return route.path;
  };
}

async function serveOperations(
  { readiness, metrics }: FrontDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (path !== "/healthz" && path !== "/readyz" && path !== "/metrics") return false;
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new ServiceError("method_not_allowed", "This path takes GET, HEAD.", {
      facts: { allow: "GET, HEAD" },
    });
  }
  if (path === "/healthz") sendJson(response, 200, { status: "ok" });
  if (path === "/metrics")
    sendText(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
  if (path === "/readyz") sendReadiness(response, readiness());
  return true;
}

function sendReadiness(response: ServerResponse, { isReady, reason, detail }: Readiness): void {
  response.setHeader("x-durability", "power");
  if (!isReady) response.setHeader("retry-after", "1");
  const body = isReady ? { status: "ready", durability: "power" } : { status: "not_ready", reason, detail };
  sendJson(response, isReady ? 200 : 503, body);
}

/** A key in an address ends in logs and histories; such a request is refused so that the mistake is noticed. */
function requirePlainUrl(url: string): void {
  if (url.includes("plb_")) {
    throw new ServiceError(
      "bad_request",
      "Never put an API key in an address; revoke it and send `Authorization: Bearer`.",
      {
        reason: "key_in_url",
      },
    );
  }
  if (url.length > URL_LENGTH_MAX) throw new ServiceError("too_large", "The address is too long.");
}

function unknownPath(): ServiceError {
  return new ServiceError(
    "not_found",
    "There is nothing at this path; /api/v1/openapi.json lists what there is.",
    {
      reason: "unknown_path",
    },
  );
}

function shuttingDown(): ServiceError {
  return new ServiceError("unavailable", "Plumbline is shutting down; send the same bytes again.", {
    reason: "shutting_down",
    retryAfterSeconds: 2,
  });
}

/** Unique in this process and, by the start time in front, across restarts. */
function createRequestIds(): () => string {
  const start = Date.now().toString(36);
  let count = 0;
  return () => {
    count += 1;
    return `req_${start}_${count.toString(36)}`;
  };
}
