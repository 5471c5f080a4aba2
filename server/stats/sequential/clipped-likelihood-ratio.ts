/** Limits between which the likelihood ratio of a bin is clipped. */
export interface ClipBounds {
  readonly lower: number;
  readonly upper: number;
}

const NO_BET: ClipBounds = { lower: 1, upper: 1 };

/**
 * Huber's limits for testing "the shares q are within total variation d of p̃" against the shares a.
 *
 * With ρ_j = a_j ÷ p̃_j: upper h = max over prefixes S in descending ρ of a(S) ÷ (p̃(S) + d); lower l = min over
 * prefixes in ascending ρ with p̃(S) > d of a(S) ÷ (p̃(S) − d). h ≤ 1 means that a itself lies in the ball: no bet,
 * both 1 (Huber 1965; as a test supermartingale: Saha and Ramdas 2024). Inputs: shares that sum to 1, p̃_j > 0,
 * radius d ≥ 0. O(K log K). `order` is scratch space of K indexes. Ties in ρ do not matter.
 *
 * @example clipBounds([0.3, 0.3, 0.2, 0.1, 0.1], [0.1, 0.2, 0.4, 0.2, 0.1], 0.1) // { lower: 0.6, upper: 1.5 }
 */
export function clipBounds(
  alternative: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
  order: Int32Array = new Int32Array(reference.length),
): ClipBounds {
  sortByRatio(alternative, reference, order);
  const upper = largestOfTops(alternative, reference, radius, order);
  if (!(upper > 1)) return NO_BET;
  return { lower: smallestOfBottoms(alternative, reference, radius, order), upper };
}

/** Bins by descending a_j/p̃_j: an insertion sort, since K is at most 50 and nothing may be allocated. */
function sortByRatio(alternative: ArrayLike<number>, reference: ArrayLike<number>, order: Int32Array): void {
  for (let filled = 0; filled < order.length; filled++) {
    const a = alternative[filled] ?? 0;
    const p = reference[filled] ?? 0;
    let place = filled;
    while (place > 0) {
      const other = order[place - 1] ?? 0;
      if ((alternative[other] ?? 0) * p >= a * (reference[other] ?? 0)) break;
      order[place] = other;
      place--;
    }
    order[place] = filled;
  }
}

function largestOfTops(
  alternative: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
  order: Int32Array,
): number {
  let a = 0;
  let p = 0;
  let largest = 0;
  for (let place = 0; place < order.length; place++) {
    const bin = order[place] ?? 0;
    a += alternative[bin] ?? 0;
    p += reference[bin] ?? 0;
    const ratio = a / (p + radius);
    if (ratio > largest) largest = ratio;
  }
  return largest;
}

function smallestOfBottoms(
  alternative: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
  order: Int32Array,
): number {
  let a = 0;
  let p = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let place = order.length - 1; place >= 0; place--) {
    const bin = order[place] ?? 0;
    a += alternative[bin] ?? 0;
    p += reference[bin] ?? 0;
    if (p > radius && a < smallest * (p - radius)) smallest = a / (p - radius);
  }
  return smallest;
}

/**
 * The clipped likelihood ratio f_j = clip(a_j ÷ p̃_j, l, h): what one row in bin j multiplies the evidence with.
 *
 * Its mean under every q with TV(q, p̃) ≤ d is at most E_p̃ f + d (h − l) = 1, so Π f over rows is a test
 * supermartingale for "within d", and no single row can move it by more than [l, h]: unseen categories and
 * outliers cannot explode it. All 1 when a is in the ball. Inputs as in clipBounds; writes into `factors`.
 *
 * @example clippedLikelihoodRatio([0.52, 0.48], [0.5, 0.5], 0.05) // [1, 1]
 */
export function clippedLikelihoodRatio(
  alternative: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
  factors: Float64Array = new Float64Array(reference.length),
  order?: Int32Array,
): Float64Array {
  const { lower, upper } = clipBounds(alternative, reference, radius, order);
  if (upper === 1) return factors.fill(1);
  for (let bin = 0; bin < factors.length; bin++) {
    const ratio = (alternative[bin] ?? 0) / (reference[bin] ?? 0);
    factors[bin] = ratio < lower ? lower : Math.min(ratio, upper);
  }
  return factors;
}

/**
 * The largest mean that factors f can have under shares within total variation d of p̃: E_p̃ f + d (max f − min f).
 * At most 1 for a fair bet; the tests hold every bet of this folder against it.
 *
 * @example worstMeanInBall([1.5, 1.5, 0.6, 0.6, 1], [0.1, 0.2, 0.4, 0.2, 0.1], 0.1) // 1.0
 */
export function worstMeanInBall(
  factors: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
): number {
  let mean = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let bin = 0; bin < factors.length; bin++) {
    const factor = factors[bin] ?? 0;
    mean += factor * (reference[bin] ?? 0);
    low = Math.min(low, factor);
    high = Math.max(high, factor);
  }
  return mean + radius * (high - low);
}

/**
 * The shares within total variation d of p̃ that explain a best, q*_j = a_j ÷ f_j: the Kullback–Leibler
 * projection of a onto the ball, so also the maximum likelihood there for counts ∝ a.
 *
 * Sums to 1 and has TV(q*, p̃) ≤ d. Bins that a leaves empty and that hold more than d of p̃ keep the rest of
 * their mass in proportion to p̃ (the projection does not care how it is spread there).
 *
 * @example projectIntoBall([0.3, 0.5, 0.2], [0.2, 0.5, 0.3], 0.05) // [0.25, 0.5, 0.25]
 */
export function projectIntoBall(
  alternative: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
): Float64Array {
  const factors = clippedLikelihoodRatio(alternative, reference, radius);
  let emptyMass = 0;
  for (let bin = 0; bin < factors.length; bin++) {
    if (factors[bin] === 0) emptyMass += reference[bin] ?? 0;
  }
  return factors.map((factor, bin) => {
    if (factor === 0) return (reference[bin] ?? 0) * (1 - radius / emptyMass);
    return (alternative[bin] ?? 0) / factor;
  });
}
