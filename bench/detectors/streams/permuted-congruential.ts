import { seededWords } from "./seed-sequence.ts";

const MULTIPLIER = (2549297995355413924n << 64n) | 4865540595714422341n;
const WORD = (1n << 64n) - 1n;
const STATE = (1n << 128n) - 1n;

/** PCG64 (O'Neill 2014), the generator behind numpy's `default_rng`, with the draws the streams make. */
export class PermutedCongruential {
  #state = 0n;
  readonly #increment: bigint;
  #half: number | null = null;

  constructor(seed: number) {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = seededWords(seed, 4);
    this.#increment = ((((c << 64n) | d) << 1n) | 1n) & STATE;
    this.#step();
    this.#state = (this.#state + ((a << 64n) | b)) & STATE;
    this.#step();
  }

  #step(): void {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & STATE;
  }

  nextWord(): bigint {
    this.#step();
    const folded = ((this.#state >> 64n) ^ this.#state) & WORD;
    const turn = this.#state >> 122n;
    return ((folded >> turn) | (folded << (64n - turn))) & WORD;
  }

  /** Half a word: the lower half first, the upper one kept for the next call. */
  nextHalf(): number {
    if (this.#half !== null) {
      const kept = this.#half;
      this.#half = null;
      return kept;
    }
    const word = this.nextWord();
    this.#half = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** `random()`: [0, 1) with 53 bits. */
  uniform(): number {
    return Number(this.nextWord() >> 11n) / 9_007_199_254_740_992;
  }

  /** `integers(below)`, and so `choice(below)`: Lemire's multiplication. */
  integer(below: number): number {
    const least = 2 ** 32 % below;
    for (;;) {
      const product = BigInt(this.nextHalf()) * BigInt(below);
      if (Number(product & 0xffffffffn) >= least) return Number(product >> 32n);
    }
  }
}
