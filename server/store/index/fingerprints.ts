import type { IdHashes } from "#server/store/index/id-hash.ts";

/**
 * 40 bits of every id's hash, sorted: kept beside a final chunk. Filters are built from them at start without
 * reading the chunk, and a question that a filter answers by mistake ends here instead of in a decoded chunk.
 */
export interface Fingerprints {
  readonly lo: Uint32Array;
  readonly tags: Uint8Array;
}

export function tagOf(hi: number): number {
  return hi & 0xff;
}

export function encodeFingerprints(hashes: IdHashes): Buffer {
  const count = hashes.lo.length;
  const keys = new Float64Array(count);
  for (let row = 0; row < count; row++) keys[row] = (hashes.lo[row] ?? 0) * 256 + tagOf(hashes.hi[row] ?? 0);
  keys.sort();
  const bytes = Buffer.allocUnsafe(count * 5);
  for (let row = 0; row < count; row++) {
    const key = keys[row] ?? 0;
    bytes.writeUInt32LE(Math.floor(key / 256), row * 4);
    bytes[count * 4 + row] = key % 256;
  }
  return bytes;
}

export function decodeFingerprints(bytes: Uint8Array): Fingerprints {
  const count = Math.floor(bytes.length / 5);
  const aligned = new Uint8Array(count * 4);
  aligned.set(bytes.subarray(0, count * 4));
  return { lo: new Uint32Array(aligned.buffer), tags: bytes.subarray(count * 4, count * 5) };
}

export function hasFingerprint(prints: Fingerprints, lo: number, hi: number): boolean {
  let from = 0;
  let to = prints.lo.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((prints.lo[middle] ?? 0) < lo) from = middle + 1;
    else to = middle;
  }
  const tag = tagOf(hi);
  for (; from < prints.lo.length && prints.lo[from] === lo; from++) {
    if (prints.tags[from] === tag) return true;
  }
  return false;
}
