import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { createBinDriftDetector } from "#server/stats/sequential/bin-drift-detector.ts";
import { createConformalCellsDetector } from "#server/stats/sequential/conformal-cells-detector.ts";
import type { EvidenceDetector } from "#server/stats/sequential/evidence-detector.ts";
import { createTwoSampleBayesDetector } from "#server/stats/sequential/two-sample-bayes-detector.ts";
import { cellSampler } from "./cell-sampler.ts";
import { type Findings, type Size, shown, sized, type Target } from "./figures.ts";

const CELLS = 10;

/** Windows a second of processor time, evidence read after each. The one figure that depends on the machine. */
function speedOf<State>(detector: EvidenceDetector<ArrayLike<number>, State>, count: number): number {
  const next = seededGenerator("speed");
  const sampler = cellSampler(new Float64Array(CELLS).fill(1 / CELLS));
  const windows = Array.from({ length: 64 }, () => sampler.draw(next, 1000));
  const state = detector.start();
  let sum = 0;
  const once = (): void => {
    for (let window = 0; window < count; window++) {
      detector.stepInto(state, windows[window % windows.length] ?? []);
      sum += detector.logEvidence(state);
    }
  };
  once();
  const started = process.threadCpuUsage();
  once();
  const { user, system } = process.threadCpuUsage(started);
  const seconds = (user + system) / 1e6;
  if (Number.isNaN(sum)) throw new Error("A detector answered with something that is not a number.");
  return count / seconds;
}

export function benchSpeed(size: Size): Findings {
  const reference = new Float64Array(CELLS).fill(1000);
  const speed = (what: string, found: number, limit: number): Target => ({
    id: "T12",
    what: `${what}, ten cells: windows a second on one core`,
    limit: `≥ ${limit.toLocaleString("en")}`,
    measured: Math.round(Number(found.toPrecision(2))).toLocaleString("en"),
    met: found >= limit,
  });
  const count = sized(size, 100_000, 20_000);
  const bayes = speedOf(createTwoSampleBayesDetector({ reference, ordered: true }), Math.round(count / 50));
  return {
    targets: [
      speed(
        "tolerance detector",
        speedOf(createBinDriftDetector({ reference, ordered: true }), count),
        20_000,
      ),
      speed(
        `conformal, three directions (two-sample Bayes: ${shown(Number(bayes.toPrecision(2)))})`,
        speedOf(createConformalCellsDetector({ reference, ordered: true }), count * 5),
        500_000,
      ),
    ],
    tables: [],
  };
}
