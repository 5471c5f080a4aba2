import { chiSquaredTail } from "../distributions/chi-squared.ts";
import { type Counts, occupiedBins, totalOf } from "./shares.ts";

export interface Homogeneity {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
  /** Which bins were tested together; bins that stayed alone are groups of one. */
  readonly groups: ReadonlyArray<readonly number[]>;
}

const EXPECTED_MIN = 5;

/**
 * Pearson's chi-squared test that reference and window have the same shares.
 *
 * Σ over 2 × K of (observed − expected)² ÷ expected, with the pooled shares as expectation: the reference's own
 * noise is in the test, which treating it as known would forget. Degrees of freedom: bins that hold a row − 1.
 * Bins are pooled until every expected count is at least 5 (Cochran 1954) unless `pool` is false; neighbours for
 * `ordered` bins, smallest first otherwise; the grouping is in the answer. One group left: statistic 0, p 1.
 * No rows on a side: null. For audit, not for alerts: it grows with n without any drift that matters.
 *
 * @example chiSquaredHomogeneity([100, 200, 300, 250, 150], [80, 150, 260, 310, 200])?.statistic // 25.79365
 */
export function chiSquaredHomogeneity(
  reference: Counts,
  current: Counts,
  options: { pool?: boolean; ordered?: boolean } = {},
): Homogeneity | null {
  const nRef = totalOf(reference);
  const nCur = totalOf(current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  const rowsMin = options.pool === false ? 0 : (EXPECTED_MIN * (nRef + nCur)) / Math.min(nRef, nCur);
  const groups = poolBins(reference, current, { rowsMin, ordered: options.ordered ?? true });
  const pooled = groups.map((bins) => [sumOver(reference, bins), sumOver(current, bins)] as const);
  const statistic = pearson(pooled, nRef, nCur);
  const degrees = groups.length - 1;
  const pValue = degrees < 1 ? 1 : chiSquaredTail(statistic, degrees);
  return { statistic, degrees: Math.max(0, degrees), pValue, groups };
}

/**
 * Likelihood-ratio twin of the same test, G = 2 Σ observed · ln(observed ÷ expected); 0 where nothing was observed.
 * With as many rows on both sides it is 2(N + n) times the Jensen–Shannon divergence in nats. No pooling.
 * No rows on a side: null.
 *
 * @example likelihoodRatioHomogeneity([100, 200, 300, 250, 150], [80, 150, 260, 310, 200]) // 25.86202882
 */
export function likelihoodRatioHomogeneity(reference: Counts, current: Counts): number | null {
  const nRef = totalOf(reference);
  const nCur = totalOf(current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  const kept = occupiedBins(reference, current);
  let sum = 0;
  kept.reference.forEach((r, bin) => {
    const c = kept.current[bin] ?? 0;
    const share = (r + c) / (nRef + nCur);
    sum += (r > 0 ? r * Math.log(r / (nRef * share)) : 0) + (c > 0 ? c * Math.log(c / (nCur * share)) : 0);
  });
  return Math.max(0, 2 * sum);
}

/**
 * The likelihood-ratio test with its p-value by the chi-squared law; degrees of freedom are the bins that hold a row
 * less one. One bin only: p 1. No rows on a side: null.
 *
 * @example likelihoodRatioTest([100, 200, 300, 250, 150], [80, 150, 260, 310, 200])?.degrees // 4
 */
export function likelihoodRatioTest(
  reference: Counts,
  current: Counts,
): { statistic: number; degrees: number; pValue: number } | null {
  const statistic = likelihoodRatioHomogeneity(reference, current);
  if (statistic === null) return null;
  const degrees = occupiedBins(reference, current).reference.length - 1;
  return { statistic, degrees, pValue: degrees > 0 ? chiSquaredTail(statistic, degrees) : 1 };
}

function pearson(pooled: ReadonlyArray<readonly [number, number]>, nRef: number, nCur: number): number {
  let sum = 0;
  for (const [r, c] of pooled) {
    // (r/N − c/n)² · N n ÷ (r + c): both rows of the 2 × K table at once.
    sum += ((r / nRef - c / nCur) ** 2 * nRef * nCur) / (r + c);
  }
  return sum;
}

function sumOver(counts: Counts, bins: readonly number[]): number {
  return bins.reduce((sum, bin) => sum + (counts[bin] || 0), 0);
}

function poolBins(
  reference: Counts,
  current: Counts,
  rule: { rowsMin: number; ordered: boolean },
): number[][] {
  const rows = (bin: number): number => (reference[bin] || 0) + (current[bin] || 0);
  const bins = Array.from({ length: reference.length }, (_, bin) => bin).filter((bin) => rows(bin) > 0);
  if (!rule.ordered) bins.sort((a, b) => rows(a) - rows(b) || a - b);
  const groups: number[][] = [];
  let open: number[] = [];
  let openRows = 0;
  for (const bin of bins) {
    open.push(bin);
    openRows += rows(bin);
    if (openRows < rule.rowsMin) continue;
    groups.push(open);
    open = [];
    openRows = 0;
  }
  if (open.length > 0) appendToLast(groups, open);
  return groups;
}

function appendToLast(groups: number[][], rest: number[]): void {
  const last = groups.at(-1);
  if (last === undefined) groups.push(rest);
  else last.push(...rest);
}
