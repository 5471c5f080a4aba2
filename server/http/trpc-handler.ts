import type { IncomingMessage, ServerResponse } from "node:http";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { requirePermission } from "#server/access/principal.ts";
import { toTrpcError } from "#server/api/errors.ts";
import { appRouter } from "#server/api/root.ts";
import type { Services } from "#server/api/services.ts";
import type { Authenticate } from "#server/http/authenticate.ts";
import { BODY_BYTES_MAX, cutSlowBody, requireJson } from "#server/http/read-body.ts";
import type { Logger } from "#server/kernel/logger.ts";

const PREFIX = "/api/trpc/";
const BATCH_MAX = 10;
const LOG_BYTES_MAX = 5 * BODY_BYTES_MAX;
/** Procedures that take what ingest takes. */
const LOGGING = new Set(["predictions.log", "labels.log"]);
const SUBSCRIPTIONS = new Set(["live.changes"]);

export interface TrpcOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
}

export function createTrpcHandler({ services, authenticate, logger }: TrpcOptions) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    requestId: string,
  ): Promise<void> => {
    const procedure = path.slice(PREFIX.length);
    // tRPC answers a stream 200 before it asks whether the caller may.
    if (SUBSCRIPTIONS.has(procedure))
      requirePermission(await authenticate.principal(request), "metrics:read");
    const stopTimer = request.method === "POST" ? cutSlowBody(request) : () => {};
    response.once("close", stopTimer);
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: request,
      res: response,
      path: procedure,
      maxBodySize: LOGGING.has(procedure) ? LOG_BYTES_MAX : BODY_BYTES_MAX,
      maxBatchSize: BATCH_MAX,
      createContext: async () => {
        try {
          // Form bodies need no preflight in browsers, so nothing but JSON is read.
          if (request.method === "POST") requireJson(request);
          return { principal: await authenticate.principal(request), services, requestId };
        } catch (error) {
          throw toTrpcError(error);
        }
      },
      onError: ({ error, path: failed }) => {
        if (error.code === "INTERNAL_SERVER_ERROR") {
          logger.error({ requestId, procedure: failed, error: error.cause ?? error }, "procedure failed");
        }
      },
    });
  };
}
