const CLIP = 1e-15;

/**
 * Log loss of one prediction: −ln of the probability that it gave to what happened, in nats.
 *
 * The probability is clipped to [1e-15, 1 − 1e-15], so a certain mistake costs 34.5 and not infinity; count those
 * rows, for they dominate the mean. A window keeps mean and spread of this.
 *
 * @example logLossOf(0.9, true) // 0.10536051565782628
 */
export function logLossOf(probability: number, happened: boolean): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, probability));
  return -Math.log(happened ? clipped : 1 - clipped);
}

/**
 * Brier score of one prediction: (p − y)², y 1 when it happened. In [0, 1]. Brier 1950.
 *
 * @example brierOf(0.9, true) // 0.01
 */
export function brierOf(probability: number, happened: boolean): number {
  const miss = probability - (happened ? 1 : 0);
  return miss * miss;
}
