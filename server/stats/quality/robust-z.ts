/** 1 ÷ Φ⁻¹(¾), as rounded by everyone: makes the median absolute deviation of normal values their standard deviation. */
export const MAD_TO_SD = 1.4826;

/**
 * Median: the middle value, or the mean of the middle two. NaN without values. The input is not changed.
 *
 * @example median([3, 1, 10, 2]) // 2.5
 */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median absolute deviation from the median, in the values' own unit and not scaled to a standard deviation. Half of
 * the values may be arbitrarily wrong without moving it far. 0 where more than half are equal; NaN without values.
 *
 * @example medianAbsoluteDeviation([10, 12, 11, 13, 12]) // 1
 */
export function medianAbsoluteDeviation(values: ArrayLike<number>, centre = median(values)): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/**
 * How many standard deviations x lies from its history, told by median and MAD: (x − median) ÷ max(1.4826 MAD, floor).
 *
 * The floor is the smallest spread that noise alone has in this unit; without one a history of equal values gives
 * ±Infinity for any other value, and NaN for the same. NaN without history.
 *
 * @example robustZ([10, 12, 11, 13, 12], 50) // 25.630648860110618
 */
export function robustZ(history: ArrayLike<number>, x: number, floor = 0): number {
  const centre = median(history);
  return (x - centre) / Math.max(MAD_TO_SD * medianAbsoluteDeviation(history, centre), floor);
}
