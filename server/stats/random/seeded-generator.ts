/** Uniform numbers in [0, 1) with 53 random bits; the same seed gives the same numbers on every machine. */
export type Generator = () => number;

/**
 * Seeded pseudo-random numbers: xoshiro128** (Blackman and Vigna 2018), its state filled from the seed by SplitMix32.
 *
 * For bootstraps that must replay bit for bit; not for secrets. The seed is any text: the caller joins what
 * identifies the computation (method, reference, windows), and equal texts give equal streams.
 *
 * @example seededGenerator("psi@10/sha256:ab12")() // 0.7136699984839463
 */
export function seededGenerator(seed: string): Generator {
  let [a, b, c, d] = initialState(seed);
  const nextWord = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  return () => {
    const high = nextWord() >>> 5;
    const low = nextWord() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** FNV-1a over the text, then SplitMix32 four times. */
function initialState(seed: string): [number, number, number, number] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  const next = (): number => {
    hash = (hash + 0x9e3779b9) | 0;
    let word = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [next(), next(), next(), next() | 1];
}
