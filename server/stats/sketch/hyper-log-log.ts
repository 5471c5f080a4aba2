import type { Hash64 } from "./hash-text.ts";

/** Registers of 2^12: 4 KiB, a relative standard error of 1.6 %. */
export const HYPER_LOG_LOG_PRECISION = 12;
const REGISTERS = 2 ** HYPER_LOG_LOG_PRECISION;
/** Bits of the hash that are left to count leading zeros in. */
const RANK_BITS = 64 - HYPER_LOG_LOG_PRECISION;
const HIGH_RANK_BITS = 32 - HYPER_LOG_LOG_PRECISION;

/** One byte a register: the longest run of leading zeros plus one that any hash of its register showed. */
export type HyperLogLog = Uint8Array;

/**
 * Relative standard error of the count of distinct values: 1.04 ÷ √(2^p) (Flajolet, Fusy, Gandouet, Meunier 2007).
 *
 * @example hyperLogLogError(12) // 0.01625
 */
export function hyperLogLogError(precision = HYPER_LOG_LOG_PRECISION): number {
  return 1.04 / Math.sqrt(2 ** precision);
}

/**
 * A sketch that has seen nothing; its estimate is 0.
 *
 * @example emptyHyperLogLog().length // 4096
 */
export function emptyHyperLogLog(): HyperLogLog {
  return new Uint8Array(REGISTERS);
}

/**
 * Notes a value, given by its 64-bit hash. A value that was seen before changes nothing, whatever the order.
 *
 * Changes the sketch in place and answers with it.
 *
 * @example noteDistinct(emptyHyperLogLog(), { high: 0, low: 1 })[0] // 52
 */
export function noteDistinct(sketch: HyperLogLog, { high, low }: Hash64): HyperLogLog {
  const register = high >>> HIGH_RANK_BITS;
  const rest = (high << HYPER_LOG_LOG_PRECISION) >>> 0;
  const zeros = rest === 0 ? HIGH_RANK_BITS + Math.clz32(low) : Math.clz32(rest);
  const rank = Math.min(RANK_BITS, zeros) + 1;
  if (rank > (sketch[register] ?? 0)) sketch[register] = rank;
  return sketch;
}

/**
 * The sketch of both streams together: the larger of each register, so exactly the sketch that one pass over all
 * values would have made. Commutative, associative, idempotent.
 *
 * @example mergeHyperLogLogs(emptyHyperLogLog(), emptyHyperLogLog()).length // 4096
 */
export function mergeHyperLogLogs(a: HyperLogLog, b: HyperLogLog): HyperLogLog {
  return a.map((rank, register) => Math.max(rank, b[register] ?? 0));
}

/**
 * Distinct values from the number of registers that nothing fell into: m ln(m ÷ zeros), the coupon collector turned
 * around (Whang, Vander-Zanden, Taylor 1990). Better than the ranks while many registers are empty. No empty
 * register: Infinity, so callers use the ranks instead.
 *
 * @example linearCounting(4096, 3700) // 416.4733668844663
 */
export function linearCounting(registers: number, zeros: number): number {
  return registers * Math.log(registers / zeros);
}

/**
 * About how many different values were noted: α m² ÷ Σ 2^−rank, α = 0.7213 ÷ (1 + 1.079 ÷ m), and linear counting
 * below 2.5 m. Within ± 3.3 % in 95 of 100 cases, ± 1 % below a thousand; 0 for an empty sketch.
 *
 * @example distinctEstimate(emptyHyperLogLog()) // 0
 */
export function distinctEstimate(sketch: HyperLogLog): number {
  let zeros = 0;
  let sum = 0;
  for (const rank of sketch) {
    if (rank === 0) zeros += 1;
    sum += 2 ** -rank;
  }
  const m = sketch.length;
  const byRank = ((0.7213 / (1 + 1.079 / m)) * m * m) / sum;
  return byRank <= 2.5 * m && zeros > 0 ? linearCounting(m, zeros) : byRank;
}
