import { initTRPC } from "@trpc/server";
import type { Permission } from "#server/access/permissions.ts";
import { type Principal, requirePermission } from "#server/access/principal.ts";
import { toTrpcError, trpcErrorShape } from "#server/api/errors.ts";
import type { Services } from "#server/api/services.ts";

export interface ApiContext {
  readonly principal: Principal;
  readonly services: Services;
  readonly requestId: string;
}
export interface ProcedureMeta {
  readonly permission: Permission;
}

const SSE_PING_MS = 15_000;
const SSE_MAX_DURATION_MS = 10 * 60_000;

const trpc = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => trpcErrorShape(shape, error, ctx?.requestId ?? null),
    sse: {
      ping: { enabled: true, intervalMs: SSE_PING_MS },
      maxDurationMs: SSE_MAX_DURATION_MS,
      client: { reconnectAfterInactivityMs: 3 * SSE_PING_MS },
    },
  });

export const router = trpc.router;

/** The only way to make a procedure: it names what the caller must be allowed to do. */
export function procedure(permission: Permission) {
  return trpc.procedure.meta({ permission }).use(async ({ ctx, next }) => {
    requirePermissionAsTrpc(ctx.principal, permission);
    const result = await next();
    if (!result.ok) throw toTrpcError(result.error.cause ?? result.error);
    return result;
  });
}

function requirePermissionAsTrpc(principal: Principal, permission: Permission): void {
  try {
    requirePermission(principal, permission);
  } catch (error) {
    throw toTrpcError(error);
  }
}
