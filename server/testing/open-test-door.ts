import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMeta } from "#db/open-meta.ts";
import { createApiKey, revokeKey } from "#server/access/api-keys.ts";
import { createSignIn } from "#server/access/create-sign-in.ts";
import { createKeyCache } from "#server/access/key-cache.ts";
import { createLinkToken, useLinkToken } from "#server/access/one-time-links.ts";
import { createLiveBus } from "#server/api/live-bus.ts";
import type { Services } from "#server/api/services.ts";
import { createFrontDoor, type FrontDoorOptions } from "#server/http/front-door.ts";
import { createServerMetrics } from "#server/http/prometheus.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { createLogger } from "#server/kernel/logger.ts";

export const OWNER = { email: "ada@example.org", name: "Ada", password: "a long enough password" };

/** A real front door over a fresh meta.db, in front of services that only say that they were reached. */
export async function openTestDoor(overrides: Partial<FrontDoorOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "core-door-"));
  const meta = openMeta(join(folder, "meta.db"));
  const clock = systemClock;
  const logger = createLogger("silent", "test");
  const baseUrl = "http://127.0.0.1:3000";
  const signIn = createSignIn({ meta, clock, secretKey: "k".repeat(43), baseUrl, logger });
  const bus = createLiveBus({ clock });
  const reached: string[] = [];
  let hasOwner = false;
  const door = createFrontDoor({
    services: doubleServices(reached, bus),
    ingest: async (kind, _request, response) => {
      reached.push(`ingest.${kind}`);
      response.writeHead(200).end("{}");
    },
    keys: createKeyCache(meta, clock),
    signIn,
    firstOwner: {
      isNeeded: () => !hasOwner,
      takeSetupToken: (token) => {
        hasOwner = useLinkToken(meta, clock, "setup", token) !== null;
        return hasOwner;
      },
      takeSignInToken: (token) => {
        const used = useLinkToken(meta, clock, "sign-in", token);
        return used === null || used.userId === null ? null : { userId: used.userId };
      },
    },
    readiness: () => ({ isReady: true, reason: null, detail: null }),
    metrics: createServerMetrics({
      streams: bus.streams,
      isWebUp: () => false,
      isReady: () => true,
      gauges: [{ name: "queue_bytes", help: "A number.", read: () => 7 }],
    }),
    web: { current: () => null },
    logger,
    version: "0.0.0",
    baseUrl,
    publicUrl: null,
    trustedProxies: [],
    isDevelopment: false,
    ...overrides,
  });
  await new Promise<void>((resolve) => door.server.listen(0, "127.0.0.1", resolve));
  const { port } = door.server.address() as AddressInfo;
  const makeKey = (...scopes: ("ingest" | "read" | "manage")[]) =>
    createApiKey(meta, clock, { name: scopes.join(), scopes }, "test");
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    door,
    bus,
    reached,
    meta,
    clock,
    makeKey,
    revoke: (id: string) => revokeKey(meta, clock, id),
    setupToken: () => createLinkToken(meta, clock, "setup", null),
    signInToken: (userId: string) => createLinkToken(meta, clock, "sign-in", userId),
    createOwner: async () => {
      const { userId } = await signIn.createOwner(OWNER);
      hasOwner = true;
      const session = await signIn.openSession(userId, new Headers());
      return { userId, cookie: session.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
    },
    close: async () => {
      bus.close();
      door.server.closeAllConnections();
      await door.close();
      meta.$client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type TestDoor = Awaited<ReturnType<typeof openTestDoor>>;

/** Every service function answers an empty object and is written down. */
function doubleServices(reached: string[], bus: ReturnType<typeof createLiveBus>): Services {
  const group = (name: string) =>
    new Proxy(
      {},
      {
        get: (_target, verb) => async () => {
          reached.push(`${name}.${String(verb)}`);
          return {};
        },
      },
    );
  const live: Services["live"] = {
    changes: (signal, _who, lastEventId) => {
      reached.push("live.changes");
      return bus.subscribe(signal, "test", lastEventId);
    },
  };
  const handler = {
    get: (_target: object, name: string | symbol) => (name === "live" ? live : group(String(name))),
  };
  // A double stands for every service; what it answers is not looked at.
  return new Proxy({}, handler) as Services;
}
