import { normalCumulative, normalDensity } from "../distributions/normal.ts";

/** The distances that tools put limits on, told apart by base and normalisation. */
export const SHIFT_UNITS = [
  "wasserstein",
  "tv",
  "ks",
  "js",
  "js-nats",
  "hellinger",
  "psi",
  "kl",
  "auc",
] as const;
export type ShiftUnit = (typeof SHIFT_UNITS)[number];

/** Beyond ten standard deviations no two distributions overlap enough to tell limits apart. */
const SHIFT_MAX = 10;
const SIMPSON_STEPS = 400;
const TAIL = 9;

/**
 * What every distance says of one and the same change: a normal distribution whose mean moves by d standard
 * deviations, N(0, 1) against N(d, 1).
 *
 * Closed forms: TV = KS = 2Φ(d/2) − 1; PSI = d²; KL = d²/2 nats; Hellinger = √(1 − e^(−d²/8)); AUC of the best
 * classifier = Φ(d/√2); Wasserstein = d in standard deviations. Jensen–Shannon has none and is integrated (Simpson,
 * error below 1e-9); `js` is base 2, `js-nats` the same × √ln 2. Without bins: on ten bins each is a little less. d is
 * taken without its sign; NaN gives NaN.
 *
 * @example shiftEquivalents(0.2).tv // 0.07965567455405798
 */
export function shiftEquivalents(d: number): Record<ShiftUnit, number> {
  const size = Math.abs(d);
  const overlap = 2 * normalCumulative(size / 2) - 1;
  const divergence = jensenShannonShift(size);
  return {
    wasserstein: size,
    tv: overlap,
    ks: overlap,
    js: Math.sqrt(divergence / Math.LN2),
    "js-nats": Math.sqrt(divergence),
    hellinger: Math.sqrt(-Math.expm1((-size * size) / 8)),
    psi: size * size,
    kl: (size * size) / 2,
    auc: normalCumulative(size / Math.SQRT2),
  };
}

/** Jensen–Shannon divergence in nats: both normals against their mean, by symmetry twice one half. */
function jensenShannonShift(d: number): number {
  if (!(d > 0)) return d === 0 ? 0 : Number.NaN;
  const from = -TAIL;
  const width = (d + 2 * TAIL) / SIMPSON_STEPS;
  let sum = 0;
  for (let step = 0; step <= SIMPSON_STEPS; step++) {
    const weight = step === 0 || step === SIMPSON_STEPS ? 1 : step % 2 === 1 ? 4 : 2;
    sum += weight * towardsMean(from + step * width, d);
  }
  return Math.max(0, (sum * width) / 3);
}

/** p ln(2p ÷ (p + q)) with p = φ(x), q = φ(x − d); q ÷ p = e^(dx − d²/2). */
function towardsMean(x: number, d: number): number {
  const logRatio = d * x - (d * d) / 2;
  const logMean = logRatio > 0 ? logRatio + Math.log1p(Math.exp(-logRatio)) : Math.log1p(Math.exp(logRatio));
  return normalDensity(x) * (Math.LN2 - logMean);
}

/**
 * The inverse: by how many standard deviations a mean must move for a distance to have this value.
 *
 * Bisection on shiftEquivalents, which grow with d. Null for a value that no shift gives: below 0 (for `auc` below
 * 0.5), NaN, or so large that ten standard deviations do not reach it.
 *
 * @example shiftOf("psi", 0.1) // 0.31622776601683794
 */
export function shiftOf(unit: ShiftUnit, value: number): number | null {
  const least = unit === "auc" ? 0.5 : 0;
  if (!(value >= least) || value > shiftEquivalents(SHIFT_MAX)[unit]) return null;
  let [low, high] = [0, SHIFT_MAX];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (shiftEquivalents(middle)[unit] < value) low = middle;
    else high = middle;
  }
  return value === least ? 0 : high;
}
