import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GroupQueue, type GroupWriter } from "#server/ingest/group-queue.ts";
import { handleIngest } from "#server/ingest/ingest-handler.ts";
import {
  DEFAULT_INGEST_LIMITS,
  DEFAULT_INGEST_SETTINGS,
  type IngestLimits,
  type IngestSettings,
} from "#server/ingest/ingest-limits.ts";
import type { IngestContext } from "#server/ingest/ingest-rows.ts";
import { memoryRegistry } from "#server/ingest/testing/memory-registry.ts";
import { MemoryWriter } from "#server/ingest/testing/memory-writer.ts";
import { fixedClock } from "#server/kernel/clock.ts";

export const RIG_NOW = Date.UTC(2026, 0, 31, 12);

/** Ingest with everything around it in memory. */
export function ingestRig(
  more: { limits?: Partial<IngestLimits>; settings?: Partial<IngestSettings>; writer?: GroupWriter } = {},
) {
  const clock = fixedClock(RIG_NOW);
  const registry = memoryRegistry();
  const writer = new MemoryWriter();
  const limits = { ...DEFAULT_INGEST_LIMITS, ...more.limits };
  const settings = { ...DEFAULT_INGEST_SETTINGS, ...more.settings };
  const queue = new GroupQueue({ writer: more.writer ?? writer, registry, clock, limits, jitter: () => 0.5 });
  let requests = 0;
  const context = (): IngestContext => ({
    keyId: "key",
    requestId: `request-${++requests}`,
    clock,
    registry,
    queue,
    limits,
    settings,
  });
  return { clock, registry, writer, limits, settings, queue, context };
}

export type IngestRig = ReturnType<typeof ingestRig>;

/** The rig behind a real server on a free port. */
export async function servedRig(more: Parameters<typeof ingestRig>[0] = {}) {
  const rig = ingestRig(more);
  const server = createServer((request, response) => void handleIngest(request, response, rig.context()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { ...rig, server, port, origin: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
