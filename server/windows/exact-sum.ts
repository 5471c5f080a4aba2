/**
 * Sums with 106 significant bits, as pairs [high, low] in a Float64Array. What a label added can be taken out again
 * years later, whatever was added between, and leaves no trace: a mistyped 1e12 that is corrected to 12 does no harm.
 * Knuth's two-sum and Dekker's splitting.
 */
const SPLIT_27 = 2 ** 27 + 1;
const SPLIT_13 = 2 ** 13 + 1;

/** Adds a number (or takes it out, negated) to pair `slot`. */
export function addExact(sums: Float64Array, slot: number, value: number): void {
  addPair(sums, slot, value, 0);
}

/** Adds value² without rounding it. */
export function addSquare(sums: Float64Array, slot: number, value: number, sign: number): void {
  const square = value * value;
  addPair(sums, slot, sign * square, sign * squareError(value, square));
}

export function addPair(sums: Float64Array, slot: number, high: number, low: number): void {
  const at = slot * 2;
  const a = sums[at] ?? 0;
  const b = sums[at + 1] ?? 0;
  const s = a + high;
  const carry = s - a;
  let error = a - (s - carry) + (high - carry);
  const t = b + low;
  const carryLow = t - b;
  const errorLow = b - (t - carryLow) + (low - carryLow);
  error += t;
  const s1 = s + error;
  const rest = error - (s1 - s) + errorLow;
  const total = s1 + rest;
  sums[at] = total;
  sums[at + 1] = rest - (total - s1);
}

/** What value × value lost by rounding. */
function squareError(value: number, square: number): number {
  const c = value * SPLIT_27;
  const high = c - (c - value);
  const low = value - high;
  const error = low * low - (square - high * high - 2 * high * low);
  return Number.isFinite(error) ? error : 0;
}

/**
 * Rounds to 40 significant bits (relative error below 1e-12), so that sums of a few thousand such numbers are exact
 * and short to store.
 */
export function trim40(value: number): number {
  const c = value * SPLIT_13;
  return Number.isFinite(c) ? c - (c - value) : value;
}

export function sumOf(sums: Float64Array, slot: number): number {
  return sums[slot * 2] ?? 0;
}

/** Σ(x − mean)² from n, Σx and Σx², with the cancellation done on all 106 bits; never negative. */
export function deviations(sums: Float64Array, slot: number, slotSquared: number, n: number): number {
  if (n < 2) return 0;
  const sum = sumOf(sums, slot);
  const sumLow = sums[slot * 2 + 1] ?? 0;
  const work = new Float64Array(4);
  addSquare(work, 0, sum, 1);
  addPair(work, 0, 2 * sum * sumLow, 0);
  const quotient = sumOf(work, 0) / n;
  // The remainder of the division, so that the quotient is a pair as well.
  const product = quotient * n;
  work[2] = sumOf(work, 0);
  work[3] = work[1] ?? 0;
  addPair(work, 1, -product, -productError(quotient, n, product));
  const quotientLow = sumOf(work, 1) / n;
  const result = new Float64Array([sums[slotSquared * 2] ?? 0, sums[slotSquared * 2 + 1] ?? 0]);
  addPair(result, 0, -quotient, -quotientLow);
  return Math.max(0, sumOf(result, 0));
}

function productError(a: number, b: number, product: number): number {
  const ca = a * SPLIT_27;
  const aHigh = ca - (ca - a);
  const aLow = a - aHigh;
  const cb = b * SPLIT_27;
  const bHigh = cb - (cb - b);
  const bLow = b - bHigh;
  const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return Number.isFinite(error) ? error : 0;
}
