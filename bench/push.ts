/** (d) From an acknowledged row to the chart point that a page would draw: pushed change, then the query it causes. */
import { Agent } from "node:http";
import { type BenchServer, startBenchServer } from "./bench-server.ts";
import { createBenchModel, post } from "./fill-server.ts";
import { PreparedBody, randomIdWriter } from "./prepared-body.ts";
import { atMost, type BenchResult, quantile } from "./result.ts";

const MODEL = "bench";
const ROUNDS = 60;

/** Calls back with each `windows` change as it is pushed. */
async function listen(server: BenchServer, signal: AbortSignal, onChange: () => void): Promise<void> {
  const response = await fetch(`${server.url}/api/trpc/live.changes`, {
    headers: { authorization: `Bearer ${server.key}`, accept: "text/event-stream" },
    signal,
  });
  if (!response.ok || response.body === null)
    throw new Error(`The subscription was answered with ${response.status}.`);
  const decoder = new TextDecoder();
  for await (const bytes of response.body) if (decoder.decode(bytes).includes('"windows"')) onChange();
}

async function volume(server: BenchServer): Promise<number> {
  const path = `/api/v1/models/${MODEL}/metrics?metric=volume&window=all`;
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } });
  const answer = (await response.json()) as { points?: { nCur: number }[] };
  return answer.points?.reduce((sum, point) => sum + point.nCur, 0) ?? 0;
}

export async function benchPush(): Promise<BenchResult[]> {
  const server = await startBenchServer("push");
  const stop = new AbortController();
  const agent = new Agent({ keepAlive: true });
  let wake: () => void = () => {};
  try {
    await createBenchModel(server, MODEL);
    const body = new PreparedBody({ model: MODEL, version: "v1", rows: 1, seed: 5 });
    const writeId = randomIdWriter(6);
    await post(
      agent,
      server,
      "/api/v1/predictions",
      body.fill(writeId, () => Date.now()),
    );
    const listening = listen(server, stop.signal, () => wake()).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const delays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const wanted = round + 2;
      await post(
        agent,
        server,
        "/api/v1/predictions",
        body.fill(writeId, () => Date.now()),
      );
      const acknowledgedMs = performance.now();
      for (;;) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if ((await volume(server)) >= wanted) break;
      }
      delays.push(performance.now() - acknowledgedMs);
    }
    stop.abort();
    await listening;
    const p95 = quantile(delays, 0.95);
    return [
      {
        figure: "d",
        what: "acknowledged row to pushed point, p95",
        value: p95,
        unit: "ms",
        target: atMost(p95, 2_000, " ms"),
        how: `${ROUNDS} single rows, one subscription, the query answered after the push`,
      },
    ];
  } finally {
    stop.abort();
    agent.destroy();
    await server.remove();
  }
}
