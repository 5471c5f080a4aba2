import type { TextColumn } from "#server/store/columns.ts";

/** 64-bit hashes of ids, as two 32-bit lanes. */
export interface IdHashes {
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
}

const LO_STEP = 0xcc9e2d51 | 0;
const HI_STEP = 0x85ebca6b | 0;

/** The version is no part of the hash, so that a label finds its id in every version. */
export function hashIds(modelId: number, ids: TextColumn, count: number): IdHashes {
  const lo = new Uint32Array(count);
  const hi = new Uint32Array(count);
  const { bytes, offsets } = ids;
  const seedLo = mix(modelId ^ 0x51ed270b);
  const seedHi = mix(modelId ^ 0x2545f491);
  for (let row = 0; row < count; row++) {
    const end = offsets[row + 1] ?? 0;
    let at = offsets[row] ?? 0;
    let a = seedLo ^ (end - at);
    let b = seedHi ^ (end - at);
    for (; at + 4 <= end; at += 4) {
      const word = wordAt(bytes, at);
      a = step(a, word, LO_STEP);
      b = step(b, word, HI_STEP);
    }
    let tail = 0;
    for (let shift = 0; at < end; at++, shift += 8) tail |= (bytes[at] ?? 0) << shift;
    lo[row] = mix(step(a, tail, LO_STEP));
    hi[row] = mix(step(b, tail, HI_STEP) ^ a);
  }
  return { lo, hi };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function step(state: number, word: number, multiplier: number): number {
  let key = Math.imul(word, multiplier);
  key = (key << 15) | (key >>> 17);
  let next = state ^ Math.imul(key, 0x1b873593);
  next = (next << 13) | (next >>> 19);
  return (Math.imul(next, 5) + 0xe6546b64) | 0;
}

/** Spreads every input bit over all output bits. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
