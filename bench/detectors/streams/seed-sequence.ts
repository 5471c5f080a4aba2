/**
 * numpy's way from one integer to the state of a generator (after O'Neill's randutils): a pool of four words, every
 * word mixed into every other.
 */
const POOL = 4;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

/** One pass of hashing: the constant changes with every word. */
function hasher(constant: number, factor: number): (word: number) => number {
  let current = constant;
  return (word) => {
    let value = word ^ current;
    current = Math.imul(current, factor);
    value = Math.imul(value, current);
    return (value ^ (value >>> 16)) >>> 0;
  };
}

function mixed(x: number, y: number): number {
  const value = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) | 0;
  return (value ^ (value >>> 16)) >>> 0;
}

function poolOf(seed: number): number[] {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL }, (_, index) => hash(index === 0 ? seed : 0));
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) {
      if (from !== to) pool[to] = mixed(pool[to] ?? 0, hash(pool[from] ?? 0));
    }
  }
  return pool;
}

/** `SeedSequence(seed).generate_state(count, uint64)` for a seed below 2³². */
export function seededWords(seed: number, count: number): bigint[] {
  const pool = poolOf(seed);
  const hash = hasher(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 2 * count }, (_, index) => hash(pool[index % POOL] ?? 0));
  return Array.from(
    { length: count },
    (_, index) => BigInt(words[2 * index] ?? 0) | (BigInt(words[2 * index + 1] ?? 0) << 32n),
  );
}
