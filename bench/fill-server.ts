import { Agent, request } from "node:http";
import type { BenchServer } from "./bench-server.ts";
import { PreparedBody, randomIdWriter } from "./prepared-body.ts";
import { seededRandom } from "./workload.ts";

const BATCH_ROWS = 1_000;
const IN_FLIGHT = 4;
/** Bodies that differ, so that the store does not see one batch again and again. */
const BODIES = 16;

export interface FillOptions {
  readonly server: BenchServer;
  readonly model: string;
  readonly rows: number;
  readonly seed: number;
  /** Event times go from here … */
  readonly fromMs: number;
  /** … to here, in the order of the rows. */
  readonly toMs: number;
  /** Called with the rows acknowledged so far. */
  readonly onRows?: (rows: number) => void;
}

/** Posts a body and resolves with its status; the connection is kept. */
export function post(agent: Agent, server: BenchServer, path: string, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      server.url + path,
      {
        method: "POST",
        agent,
        headers: {
          authorization: `Bearer ${server.key}`,
          "content-type": "application/json",
          "content-length": body.length,
        },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Logs rows in batches of 1,000 over a few connections; answers the acknowledged rows a second. */
export async function fillServer(options: FillOptions): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const batches = Math.ceil(options.rows / BATCH_ROWS);
  const spanMs = options.toMs - options.fromMs;
  let nextBatch = 0;
  let acknowledged = 0;
  const startedMs = performance.now();
  const sender = async (lane: number) => {
    const writeId = randomIdWriter(options.seed * 1_000 + lane);
    const random = seededRandom(options.seed + lane);
    const bodies = Array.from(
      { length: BODIES / IN_FLIGHT },
      (_, index) =>
        new PreparedBody({
          model: options.model,
          version: "v1",
          rows: BATCH_ROWS,
          seed: options.seed + lane * 100 + index,
        }),
    );
    for (let batch = nextBatch++; batch < batches; batch = nextBatch++) {
      const body = bodies[Math.floor(random() * bodies.length)];
      if (body === undefined) throw new Error("There is no body to send.");
      const startMs = options.fromMs + (batch / batches) * spanMs;
      const bytes = body.fill(writeId, (row) => startMs + ((row / BATCH_ROWS) * spanMs) / batches);
      let status = await post(agent, options.server, "/api/v1/predictions", bytes);
      while (status === 503) status = await post(agent, options.server, "/api/v1/predictions", bytes);
      if (status !== 200) throw new Error(`A batch was answered with ${status}.`);
      acknowledged += BATCH_ROWS;
      options.onRows?.(acknowledged);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, lane) => sender(lane)));
  agent.destroy();
  return acknowledged / ((performance.now() - startedMs) / 1000);
}

/** The model that benches log to, declared so that nothing is left to inference. */
export async function createBenchModel(server: BenchServer, slug: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/models`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify({ slug, task: "binary" }),
  });
  if (!response.ok)
    throw new Error(`The bench model was answered with ${response.status}: ${await response.text()}`);
}

/** Waits until background work leaves the data folder alone. */
export async function settle(server: BenchServer): Promise<void> {
  let same = 0;
  let bytes = -1;
  while (same < 5) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = server.diskBytes();
    same = now === bytes ? same + 1 : 0;
    bytes = now;
  }
}
