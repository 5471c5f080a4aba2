import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, shownInterval, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import type { CalibrationMap } from "./calibration-map.ts";
import { type ConceptMovement, movedMaps } from "./concept-movement.ts";
import {
  type ExpectedMetric,
  type ExpectedMetricName,
  expectedMetric,
  type UnlabelledScores,
} from "./expected-metric.ts";

/** Below this many predictions an estimate is shown, but not acted on. */
export const ESTIMATE_ROWS_MIN = 30;

/** Scores of a window and what was decided on them; see UnlabelledScores. */
export type WindowScores = Omit<UnlabelledScores, "probability">;

/** A metric estimated without labels, with the three parts of what may be wrong with it. */
export interface PerformanceEstimate extends Estimate {
  /** Standard errors: of the window's own unknown labels, and of the calibration map. Null where there is no value. */
  readonly parts: { readonly sampling: number; readonly calibration: number } | null;
  /** The band once more, widened by the movement of the concept that was seen before. */
  readonly concept: Interval | null;
}

/**
 * A classification metric of a window without labels, from its score bins and a calibration map.
 *
 * Value: expectedMetric with p from the map. Band at `level`, from two variances: the labels are still to be drawn,
 * Σ c·p(1 − p)·g² (Poisson-binomial), and the map was fitted on finitely many labels, Σ over blocks of
 * (Σ c·g)² p(1 − p) ÷ N, where g is the metric's gradient by bin and N a block's labels. On the logit scale for metrics
 * in (0, 1). `concept`: the envelope of the bands under maps moved as far as the concept has moved before.
 *
 * Holds the realised value as often as it says only while a score keeps its meaning: P(y | score) as in the labels of
 * the map. No rows: `EMPTY`; denominator 0: `UNDEFINED`; fewer than 30 rows: `LOW_N`. Rows are taken as independent.
 * The first two parts are ours; NannyML's band has the first only. The third is described with `ConceptMovement`.
 *
 * @example confidenceBasedEstimate("accuracy", { counts: [0, 0], called: [0, 1], score: [0.1, 0.8] }, { probability: [0.1, 0.8], block: [0, 1], support: [9, 9] }, { intercept: 0.1, slope: 0, windows: 0 }).status // "EMPTY"
 */
export function confidenceBasedEstimate(
  metric: ExpectedMetricName,
  scores: WindowScores,
  calibration: CalibrationMap,
  movement: ConceptMovement,
  level = DEFAULT_LEVEL,
): PerformanceEstimate {
  const { window, map, rows } = occupied(scores, calibration);
  if (!(rows > 0)) return { ...EMPTY, parts: null, concept: null };
  const found = estimateUnder(metric, window, map, level);
  if (found === null) return { ...UNDEFINED, parts: null, concept: null };
  const moved = movedMaps(map, window.counts, movement).flatMap(
    (one) => estimateUnder(metric, window, one, level) ?? [],
  );
  const bands = [found, ...moved].map(({ interval }) => interval);
  const concept = {
    lo: Math.min(...bands.map(({ lo }) => lo)),
    hi: Math.max(...bands.map(({ hi }) => hi)),
    level,
    method: "concept-envelope",
  };
  const status = rows < ESTIMATE_ROWS_MIN ? "LOW_N" : "OK";
  return { value: found.value, interval: found.interval, status, parts: found.parts, concept };
}

/** The bins that hold a row: most of a small window's are empty, and every step below walks them all. */
function occupied(scores: WindowScores, map: CalibrationMap) {
  const bins: number[] = [];
  let rows = 0;
  for (let bin = 0; bin < scores.counts.length; bin++) {
    const count = scores.counts[bin] ?? 0;
    if (count > 0) bins.push(bin);
    rows += count;
  }
  const window = {
    counts: at(scores.counts, bins),
    called: at(scores.called, bins),
    score: at(scores.score, bins),
  };
  const { probability, block, support } = map;
  const kept = {
    probability: at(probability, bins),
    block: Int32Array.from(at(block, bins), (one, place) => (one < 0 ? -1 - place : one)),
    support: at(support, bins),
  };
  return { window, map: kept, rows };
}

function at(values: ArrayLike<number>, bins: readonly number[]): Float64Array {
  const picked = new Float64Array(bins.length);
  for (let place = 0; place < bins.length; place++) picked[place] = values[bins[place] ?? 0] ?? 0;
  return picked;
}

/**
 * The variance that the window's unknown labels and the map's error add to a metric (see confidenceBasedEstimate).
 * Both ≥ 0. Bins without labels take the error of their thinner neighbour, each by itself.
 *
 * @example estimateVariances({ value: 0.5, gradient: [0.1] }, [10], { probability: [0.5], block: [0], support: [100] }) // { sampling: 0.025, calibration: 0.0025 }
 */
export function estimateVariances(
  { gradient }: ExpectedMetric,
  counts: ArrayLike<number>,
  map: CalibrationMap,
): { sampling: number; calibration: number } {
  let sampling = 0;
  const byBlock = new Map<number, { pull: number; variance: number }>();
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    if (count === 0) continue;
    const p = map.probability[bin] ?? 0;
    const slope = gradient[bin] ?? 0;
    sampling += count * p * (1 - p) * slope * slope;
    const block = map.block[bin] ?? -1;
    const key = block < 0 ? -1 - bin : block;
    const pull = (byBlock.get(key)?.pull ?? 0) + count * slope;
    byBlock.set(key, { pull, variance: (p * (1 - p)) / Math.max(1, map.support[bin] ?? 0) });
  }
  const calibration = [...byBlock.values()].reduce(
    (sum, { pull, variance }) => sum + pull * pull * variance,
    0,
  );
  return { sampling, calibration };
}

function estimateUnder(metric: ExpectedMetricName, window: WindowScores, map: CalibrationMap, level: number) {
  const expected = expectedMetric(metric, { ...window, probability: map.probability });
  if (expected === null) return null;
  const { sampling, calibration } = estimateVariances(expected, window.counts, map);
  return {
    value: expected.value,
    interval: bandOf(metric, expected.value, Math.sqrt(sampling + calibration), level),
    parts: { sampling: Math.sqrt(sampling), calibration: Math.sqrt(calibration) },
  };
}

function bandOf(metric: ExpectedMetricName, value: number, error: number, level: number): Interval {
  const method = "expected-labels-delta";
  const onLogit = metric === "log_loss" ? null : logitInterval(value, error, `${method}-logit`, level);
  if (onLogit !== null) return onLogit;
  const reach = twoSidedZ(level) * error;
  const max = metric === "log_loss" ? Number.POSITIVE_INFINITY : 1;
  return shownInterval(value, { lo: value - reach, hi: value + reach, min: 0, max }, { level, method });
}
