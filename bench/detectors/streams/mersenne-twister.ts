const SIZE = 624;
const SHIFT = 397;
const TWIST = 0x9908b0df;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;

/** The generator (Matsumoto and Nishimura 1998) behind numpy's `RandomState`, with the draws the streams make. */
export class MersenneTwister {
  readonly #words = new Uint32Array(SIZE);
  #at = SIZE;
  #spare: number | null = null;

  constructor(seed: number) {
    this.#words[0] = seed >>> 0;
    for (let index = 1; index < SIZE; index++) {
      const before = this.#words[index - 1] ?? 0;
      this.#words[index] = Math.imul(1812433253, before ^ (before >>> 30)) + index;
    }
  }

  nextWord(): number {
    if (this.#at === SIZE) this.#refill();
    let word = this.#words[this.#at++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const words = this.#words;
    for (let index = 0; index < SIZE; index++) {
      const joined = ((words[index] ?? 0) & UPPER) | ((words[(index + 1) % SIZE] ?? 0) & LOWER);
      const twisted = (joined >>> 1) ^ ((joined & 1) === 0 ? 0 : TWIST);
      words[index] = (words[(index + SHIFT) % SIZE] ?? 0) ^ twisted;
    }
    this.#at = 0;
  }

  /** `random_sample()`: [0, 1) with 53 bits. */
  uniform(): number {
    const high = this.nextWord() >>> 5;
    const low = this.nextWord() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** `randint(below)`: words under the smallest mask that holds `below − 1`, the too large ones thrown away. */
  integer(below: number): number {
    const mask = 2 ** Math.ceil(Math.log2(below)) - 1;
    let drawn = this.nextWord() & mask;
    while (drawn >= below) drawn = this.nextWord() & mask;
    return drawn;
  }

  /** `normal()`: Marsaglia's polar method; every second value waits for the next call. */
  normal(): number {
    if (this.#spare !== null) {
      const kept = this.#spare;
      this.#spare = null;
      return kept;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const stretch = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = stretch * x;
      return stretch * y;
    }
  }
}
