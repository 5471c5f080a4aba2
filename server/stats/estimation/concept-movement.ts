import type { CalibrationLine } from "./calibration-line.ts";
import type { CalibrationMap } from "./calibration-map.ts";

/** How far the meaning of a score has been seen to move from one window to the next. */
export interface ConceptMovement {
  /** On the logit scale: everything became more, or less, likely. */
  readonly intercept: number;
  /** On the log scale: scores tell rows apart worse, or better. */
  readonly slope: number;
  /** Pairs of labelled windows that it was learnt from; 0 for the default. */
  readonly windows: number;
}

/** Without labelled history a movement of this many logits is assumed (0.1: odds change by a tenth). */
export const DEFAULT_MOVEMENT: ConceptMovement = { intercept: 0.1, slope: 0.1, windows: 0 };

const QUANTILE = 0.975;
/** Fewer changes than this say nothing about their largest. */
export const MOVEMENT_WINDOWS_MIN = 5;
const SLOPE_MIN = 0.05;

/**
 * Movement of the concept from labelled history: the 97.5 % quantile of the absolute changes of the calibration line
 * (labels against calibrated probability) between neighbouring windows, oldest first.
 *
 * The intercept is what methods call γ; the slope is ours beside it, because a shift of all odds alone hardly moves a ranking
 * metric such as ROC AUC. Windows' own noise is in it, which makes it larger, never smaller. The quantile is the
 * linear one between order statistics. Fewer than five changes: DEFAULT_MOVEMENT. Lines of one version only.
 *
 * @example conceptMovement([]).intercept // 0.1
 */
export function conceptMovement(
  history: readonly Pick<CalibrationLine, "intercept" | "slope">[],
): ConceptMovement {
  const changes = history.slice(1).map((line, index) => {
    const before = history[index] ?? line;
    return {
      intercept: Math.abs(line.intercept - before.intercept),
      slope: Math.abs(logSlope(line.slope) - logSlope(before.slope)),
    };
  });
  if (changes.length < MOVEMENT_WINDOWS_MIN) return DEFAULT_MOVEMENT;
  return {
    intercept: upperQuantile(changes.map((change) => change.intercept)),
    slope: upperQuantile(changes.map((change) => change.slope)),
    windows: changes.length,
  };
}

/**
 * The map as it would be had the concept moved: all log odds up and down by the intercept, and stretched and shrunk about
 * the window's mean log odds by the slope. Four maps; support and blocks stay. A movement of 0 is left out.
 *
 * @example movedMaps({ probability: [0.5], block: [0], support: [9] }, [1], { intercept: 1, slope: 0, windows: 0 })[0]?.probability // [0.7311]
 */
export function movedMaps(
  map: CalibrationMap,
  counts: ArrayLike<number>,
  movement: ConceptMovement,
): CalibrationMap[] {
  const logits = mapped(map.probability, (p) => Math.log(p / (1 - p)));
  const centre = meanOf(logits, counts);
  const { intercept, slope } = movement;
  const lines = [
    { a: intercept, b: 1 },
    { a: -intercept, b: 1 },
    { a: 0, b: Math.exp(slope) },
    { a: 0, b: Math.exp(-slope) },
  ].filter(({ a, b }) => a !== 0 || b !== 1);
  return lines.map(({ a, b }) => ({
    ...map,
    probability: mapped(logits, (logit) => 1 / (1 + Math.exp(-(centre + a + (logit - centre) * b)))),
  }));
}

/** `Float64Array.from` with a function is many times slower. */
function mapped(values: ArrayLike<number>, change: (value: number) => number): Float64Array {
  const changed = new Float64Array(values.length);
  for (let bin = 0; bin < values.length; bin++) changed[bin] = change(values[bin] ?? 0);
  return changed;
}

function meanOf(values: Float64Array, weights: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let bin = 0; bin < values.length; bin++) {
    sum += (values[bin] ?? 0) * (weights[bin] ?? 0);
    total += weights[bin] ?? 0;
  }
  return total > 0 ? sum / total : 0;
}

/** A window in which scores rank backwards has moved as far as it can. */
function logSlope(slope: number): number {
  return Math.log(Math.max(SLOPE_MIN, slope));
}

function upperQuantile(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const place = QUANTILE * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (place - Math.floor(place)) * (above - below);
}
