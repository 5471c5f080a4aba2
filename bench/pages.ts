/** (c) What the queries behind each page cost as predictions grow, and a filter that matches few rows. */
import { type BenchServer, startBenchServer } from "./bench-server.ts";
import { createBenchModel, fillServer, settle } from "./fill-server.ts";
import { benchModelPage } from "./model-page.ts";
import { atMost, type BenchResult, quantile } from "./result.ts";

const MODEL = "bench";
const RUNS = 40;
const DAY_MS = 86_400_000;
const TO_MS = Date.parse("2026-11-20T00:00:00Z");
const FROM_MS = TO_MS - 30 * DAY_MS;

const range = `from=${new Date(FROM_MS).toISOString()}&to=${new Date(TO_MS).toISOString()}`;
const scope = { model: MODEL, from: new Date(FROM_MS).toISOString(), to: new Date(TO_MS).toISOString() };
const metrics = (query: string) => `/api/v1/models/${MODEL}/metrics?${range}&${query}`;
const trpc = (procedure: string, input: unknown) =>
  `/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;

/** The requests that a page makes; the page waits for the slowest, so each is measured by itself. */
const PAGES: Record<string, readonly string[]> = {
  fleet: [trpc("fleet.get", {})],
  model: [metrics("metric=volume,label_coverage&window=1d"), metrics("metric=psi@10&feature=*&window=1d")],
  drift: [
    metrics("metric=psi@10&feature=*&window=1d"),
    trpc("drift.distribution", { ...scope, feature: "amount" }),
  ],
  performance: [metrics("metric=roc_auc,log_loss,brier&window=1d"), trpc("performance.curves", scope)],
  predictions: [`/api/v1/predictions?model=${MODEL}&${range}&limit=100`],
  alerts: ["/api/v1/alerts?status=open"],
};
const RARE_FILTER = `/api/v1/predictions?model=${MODEL}&${range}&limit=100&where=${encodeURIComponent("amount>600,country=country-23")}`;

async function timed(server: BenchServer, path: string): Promise<number> {
  const startedMs = performance.now();
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text.slice(0, 300)}`);
  return performance.now() - startedMs;
}

async function p95(server: BenchServer, path: string): Promise<number> {
  await timed(server, path);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await timed(server, path));
  return quantile(times, 0.95);
}

async function measurePages(server: BenchServer): Promise<Map<string, number>> {
  const slowest = new Map<string, number>();
  for (const [page, paths] of Object.entries(PAGES)) {
    const each: number[] = [];
    for (const path of paths) each.push(await p95(server, path));
    slowest.set(page, Math.max(...each));
  }
  slowest.set("rare filter", await p95(server, RARE_FILTER));
  return slowest;
}

async function measureAt(rows: number): Promise<Map<string, number>> {
  const server = await startBenchServer(`pages-${rows}`);
  try {
    await createBenchModel(server, MODEL);
    await fillServer({ server, model: MODEL, rows, seed: 11, fromMs: FROM_MS, toMs: TO_MS });
    await settle(server);
    return await measurePages(server);
  } finally {
    await server.remove();
  }
}

export async function benchPages(): Promise<BenchResult[]> {
  const small = await measureAt(100_000);
  const large = await measureAt(1_000_000);
  const served = [...large].flatMap(([page, ms]): BenchResult[] => {
    const how = `p95 of ${RUNS} requests, 30 days, one process asking`;
    if (page === "rare filter")
      return [
        {
          figure: "c",
          what: "rare filter at 10⁶",
          value: ms,
          unit: "ms",
          target: atMost(ms, 500, " ms"),
          how,
        },
      ];
    const ratio = ms / (small.get(page) ?? Number.NaN);
    return [
      { figure: "c", what: `${page} at 10⁶`, value: ms, unit: "ms", target: atMost(ms, 50, " ms"), how },
      {
        figure: "c",
        what: `${page}, 10⁶ against 10⁵`,
        value: ratio,
        unit: "×",
        target: atMost(ratio, 1.3),
        how,
      },
    ];
  });
  return [...served, ...benchModelPage()];
}
