import { normalQuantile } from "#server/stats/distributions/normal.ts";
import { type Generator, seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { meanConfidenceSequence } from "#server/stats/sequential/mean-confidence-sequence.ts";
import { proportionConfidenceSequence } from "#server/stats/sequential/proportion-confidence-sequence.ts";
import { type Findings, type Size, sized } from "./figures.ts";
import { target } from "./numeric.ts";

const LOOKS = 1000;
const ROWS = 100;
const MEAN_OF_LOGNORMAL = Math.exp(0.5);

/** Share of streams in which the sequence misses the truth at any of a thousand looks. */
function missed(streams: number, seed: string, start: () => (next: Generator) => boolean): number {
  let count = 0;
  for (let stream = 0; stream < streams; stream++) {
    const next = seededGenerator(`${seed} ${stream}`);
    const misses = start();
    for (let look = 0; look < LOOKS; look++) {
      if (!misses(next)) continue;
      count++;
      break;
    }
  }
  return count / streams;
}

function watchRate(rate: number): (next: Generator) => boolean {
  let successes = 0;
  let trials = 0;
  return (next) => {
    for (let row = 0; row < ROWS; row++) successes += next() < rate ? 1 : 0;
    trials += ROWS;
    const interval = proportionConfidenceSequence(successes, trials);
    return interval !== null && (interval.lo > rate || interval.hi < rate);
  };
}

function watchMean(): (next: Generator) => boolean {
  let [n, mean, m2] = [0, 0, 0];
  return (next) => {
    for (let row = 0; row < ROWS; row++) {
      const value = Math.exp(normalQuantile(next() || 1e-16));
      n++;
      const gap = value - mean;
      mean += gap / n;
      m2 += gap * (value - mean);
    }
    const interval = meanConfidenceSequence({ n, mean, m2 }, { tightestAt: 7 * ROWS });
    return interval !== null && (interval.lo > MEAN_OF_LOGNORMAL || interval.hi < MEAN_OF_LOGNORMAL);
  };
}

/** Intervals that may be looked at after every window. */
export function benchConfidence(size: Size): Findings {
  const rates = [0.02, 0.1, 0.5].map((rate) =>
    missed(sized(size, 400, 150), `rate ${rate}`, () => watchRate(rate)),
  );
  return {
    targets: [
      target(
        "T10",
        "95 % confidence sequence of a rate (p = .02, .1, .5), 1,000 looks: share that ever misses",
        Math.max(...rates),
        0.05,
      ),
      target(
        "T10",
        "95 % confidence sequence of a lognormal mean, from 100 rows on, 1,000 looks: share that ever misses",
        missed(sized(size, 600, 300), "mean", watchMean),
        0.08,
      ),
    ],
    tables: [],
  };
}
