/** Latencies are counted in bins 2 % wide, from 0.01 ms to 1,000 s. */
const FIRST_MS = 0.01;
const LAST_MS = 1_000_000;
const GROWTH = 1.02;
const STEPS = Math.ceil(Math.log(LAST_MS / FIRST_MS) / Math.log(GROWTH));

/** Inner edges in milliseconds, ascending; the first bin reaches down to 0 and the last has no end. */
export const LATENCY_EDGES_MS: Float64Array = Float64Array.from(
  { length: STEPS + 1 },
  (_, step) => FIRST_MS * GROWTH ** step,
);

export const LATENCY_BINS = LATENCY_EDGES_MS.length + 1;

const PER_LOG = 1 / Math.log(GROWTH);

/** Bin of a latency; not a number and negative ones have none (−1). */
export function latencyBin(latencyMs: number): number {
  if (!(latencyMs >= 0)) return -1;
  if (latencyMs < FIRST_MS) return 0;
  const guess = Math.floor(Math.log(latencyMs / FIRST_MS) * PER_LOG) + 1;
  const bin = Math.min(guess, LATENCY_BINS - 1);
  // The logarithm may round across an edge, the edges themselves decide.
  if (latencyMs < (LATENCY_EDGES_MS[bin - 1] ?? 0)) return bin - 1;
  return latencyMs >= (LATENCY_EDGES_MS[bin] ?? Number.POSITIVE_INFINITY) ? bin + 1 : bin;
}
