/** (e) memory while a million rows come in, (f) bytes a prediction on disk, (g) the tenth million against the first. */
import { startBenchServer } from "./bench-server.ts";
import { createBenchModel, fillServer, settle } from "./fill-server.ts";
import { atLeast, atMost, type BenchResult } from "./result.ts";

const MODEL = "bench";
const MILLION = 1_000_000;
const DAY_MS = 86_400_000;
const START_MS = Date.parse("2026-08-01T00:00:00Z");
const SAMPLE_MS = 250;

export async function benchGrowth(millions: number): Promise<BenchResult[]> {
  const server = await startBenchServer("growth");
  try {
    await createBenchModel(server, MODEL);
    let peakMiB = 0;
    const sampler = setInterval(() => {
      peakMiB = Math.max(peakMiB, server.residentMiB());
    }, SAMPLE_MS);
    const rates: number[] = [];
    let bytesPerRow = 0;
    let peakFirstMiB = 0;
    for (let million = 0; million < millions; million++) {
      const fromMs = START_MS + million * 10 * DAY_MS;
      rates.push(
        await fillServer({
          server,
          model: MODEL,
          rows: MILLION,
          seed: 100 + million,
          fromMs,
          toMs: fromMs + 10 * DAY_MS,
        }),
      );
      console.log(
        `million ${million + 1}: ${Math.round(rates.at(-1) ?? 0)} rows/s, peak ${Math.round(peakMiB)} MiB`,
      );
      if (million === 0) {
        peakFirstMiB = peakMiB;
        await settle(server);
        bytesPerRow = server.diskBytes() / MILLION;
      }
    }
    clearInterval(sampler);
    const results: BenchResult[] = [
      {
        figure: "e",
        what: "peak memory of the server over 10⁶ rows",
        value: peakFirstMiB,
        unit: "MiB",
        target: atMost(peakFirstMiB, 512, " MiB"),
        how: "VmRSS every 250 ms, batches of 1,000, four connections",
      },
      {
        figure: "f",
        what: "bytes a prediction on disk",
        value: bytesPerRow,
        unit: "B",
        target: atMost(bytesPerRow, 100, " B"),
        how: "the whole data folder after 10⁶ rows, once background work has settled",
      },
    ];
    if (millions < 2) return results;
    const ratio = (rates.at(-1) ?? Number.NaN) / (rates[0] ?? Number.NaN);
    results.push(
      {
        figure: "g",
        what: `rows/s of million ${millions} against the first`,
        value: ratio,
        unit: "×",
        target: atLeast(ratio, 0.9),
        how: "random ids, batches of 1,000, four connections",
      },
      {
        figure: "g",
        what: `peak memory over ${millions} million rows`,
        value: peakMiB,
        unit: "MiB",
        target: null,
        how: "VmRSS every 250 ms",
      },
    );
    return results;
  } finally {
    await server.remove();
  }
}
