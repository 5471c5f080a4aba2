import type { LeadingComponent } from "./evidence-detector.ts";

/** Evidence of a bank of weighted components, each an e-CUSUM of its own. */
export interface BankState {
  /** Windows seen, empty ones included. */
  windows: number;
  /** S_k, ln of the evidence of component k; −∞ before the first window. */
  logs: Float64Array;
  /** The window (from 0) with which component k's present run of evidence began. */
  since: Float64Array;
}

/**
 * The bank before the first window.
 *
 * @example startBank(2) // { windows: 0, since: [0, 0] }
 */
export function startBank(components: number): BankState {
  return {
    windows: 0,
    logs: new Float64Array(components).fill(Number.NEGATIVE_INFINITY),
    since: new Float64Array(components),
  };
}

/**
 * Takes one window's ln e of every component, in place: S_k ← ln e_k + max(S_k, 0), a component at or below 0
 * starting anew with the next window. Components that have not bet (ln e = 0) stay where they are.
 *
 * @example advanceBank(startBank(1), [0.5]) // { windows: 1, logs: [0.5], since: [0] }
 */
export function advanceBank(bank: BankState, logFactors: ArrayLike<number>): BankState {
  const { logs, since } = bank;
  bank.windows++;
  for (let k = 0; k < logs.length; k++) {
    const before = logs[k] ?? 0;
    const after = (logFactors[k] ?? 0) + Math.max(before, 0);
    logs[k] = after;
    if (!(after > 0)) since[k] = bank.windows;
  }
  return bank;
}

/**
 * A window without rows: it says nothing, so the evidence stays as it is and only the count of windows grows.
 *
 * @example skipWindow(startBank(1)) // { windows: 1, since: [1] }
 */
export function skipWindow(bank: BankState): BankState {
  bank.windows++;
  for (let k = 0; k < bank.logs.length; k++) {
    if (!((bank.logs[k] ?? 0) > 0)) bank.since[k] = bank.windows;
  }
  return bank;
}

/**
 * ln M of the bank: ln Σ w_k e^(S_k), a weighted mean of e-detectors, so one itself.
 *
 * @example bankLogEvidence(advanceBank(startBank(2), [0, 2]), [Math.log(0.5), Math.log(0.5)]) // 1.43378
 */
export function bankLogEvidence(bank: BankState, logWeights: ArrayLike<number>): number {
  const { logs } = bank;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logs.length; k++) high = Math.max(high, (logs[k] ?? 0) + (logWeights[k] ?? 0));
  if (!Number.isFinite(high)) return high;
  let sum = 0;
  for (let k = 0; k < logs.length; k++) sum += Math.exp((logs[k] ?? 0) + (logWeights[k] ?? 0) - high);
  return high + Math.log(sum);
}

/**
 * The component with the largest share of the evidence and the onset it estimates: the window after the last one
 * in which its S was ≤ 0. Ties: the first. Onset null when the component itself holds no evidence.
 *
 * @example leadingOf(advanceBank(startBank(2), [0, 2]), [-1, -1]) // { component: 1, logEvidence: 1, onset: 0 }
 */
export function leadingOf(bank: BankState, logWeights: ArrayLike<number>): LeadingComponent {
  let component = 0;
  let logEvidence = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < bank.logs.length; k++) {
    const share = (bank.logs[k] ?? 0) + (logWeights[k] ?? 0);
    if (share > logEvidence) {
      component = k;
      logEvidence = share;
    }
  }
  const onset = (bank.logs[component] ?? 0) > 0 ? (bank.since[component] ?? 0) : null;
  return { component, logEvidence, onset };
}

/**
 * The same bank without evidence, counting windows on: what an alarm leaves behind.
 *
 * @example restartBank(advanceBank(startBank(1), [3])) // { windows: 1, since: [1] }
 */
export function restartBank(bank: BankState): BankState {
  return {
    windows: bank.windows,
    logs: new Float64Array(bank.logs.length).fill(Number.NEGATIVE_INFINITY),
    since: new Float64Array(bank.since.length).fill(bank.windows),
  };
}

/**
 * A copy that later steps of the other do not change.
 *
 * @example copyBank(startBank(1)) // { windows: 0, since: [0] }
 */
export function copyBank(bank: BankState): BankState {
  return { windows: bank.windows, logs: bank.logs.slice(), since: bank.since.slice() };
}

/**
 * ln of weights that are equal within a group and sum to `weight` over it.
 *
 * @example equalLogWeights(2, 1) // −ln 2 = [-0.693147, -0.693147]
 */
export function equalLogWeights(components: number, weight = 1): Float64Array {
  return new Float64Array(components).fill(Math.log(weight) - Math.log(components));
}
