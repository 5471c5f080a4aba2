import type { PredictionRow } from "#server/api/contract.ts";
import type { ReaderMethods } from "#server/api/reader-methods.ts";
import type { Services } from "#server/api/services.ts";
import type { RpcCall } from "#server/kernel/worker-rpc.ts";
import { METRICS } from "#server/metrics/registry.ts";

type ReadingServices = Pick<
  Services,
  "fairness" | "quality" | "fleet" | "metrics" | "drift" | "performance" | "segments"
> & {
  readonly predictions: Pick<Services["predictions"], "search" | "pages" | "get">;
};

const EXPORT_PAGE_ROWS = 2_000;

/** What the reading threads answer, as services. */
export function createReadingServices(call: RpcCall<ReaderMethods>): ReadingServices {
  return {
    fleet: { get: (input) => call("fleet", input) },
    metrics: { list: async () => [...METRICS], query: (input) => call("metrics", input) },
    drift: {
      distribution: (input) => call("distribution", input),
      multivariate: (input) => call("multivariate", input),
    },
    performance: {
      labelAges: (input) => call("labelAges", input),
      estimates: (input) => call("estimates", input),
      curves: (input) => call("curves", input),
      segments: (input) => call("segments", input),
    },
    quality: { get: (input) => call("quality", input) },
    fairness: { get: (input) => call("fairness", input) },
    segments: {
      table: (input) => call("segmentTable", input),
      change: (input) => call("segmentChange", input),
      worst: (input) => call("worstSlices", input),
    },
    predictions: {
      search: (input) => call("search", { input }),
      pages: (input) => pages(call, input),
      get: (input) => call("prediction", input),
    },
  };
}

async function* pages(
  call: RpcCall<ReaderMethods>,
  input: Parameters<Services["predictions"]["pages"]>[0],
): AsyncGenerator<PredictionRow[]> {
  let cursor = input.cursor ?? null;
  do {
    const page = await call("search", { input: { ...input, cursor }, limit: EXPORT_PAGE_ROWS });
    if (page.rows.length > 0) yield page.rows;
    cursor = page.cursor;
  } while (cursor !== null);
}
