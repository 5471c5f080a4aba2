import { mix } from "#server/store/index/id-hash.ts";

const WORDS_PER_BLOCK = 8;
const SALTS = new Int32Array([
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
]);
/** Ids a block of 256 bits takes at 16 bits an id: one false positive in about a thousand. */
const IDS_PER_BLOCK = 16;

/** A Bloom filter that touches one cache line a question. It is asked with 40 bits of an id's hash. */
export class BlockedBloom {
  readonly capacity: number;
  readonly #words: Uint32Array;
  readonly #blocks: number;
  readonly #seed: number;
  #count = 0;

  constructor(capacity: number, seed: number) {
    this.capacity = capacity;
    this.#blocks = Math.max(1, Math.ceil(capacity / IDS_PER_BLOCK));
    this.#words = new Uint32Array(this.#blocks * WORDS_PER_BLOCK);
    this.#seed = seed;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  add(lo: number, tag: number): void {
    const base = this.#baseOf(lo, tag);
    const key = mix(lo ^ this.#seed);
    for (let word = 0; word < WORDS_PER_BLOCK; word++) {
      const at = base + word;
      this.#words[at] = (this.#words[at] ?? 0) | (1 << (Math.imul(key, SALTS[word] ?? 1) >>> 27));
    }
    this.#count++;
  }

  has(lo: number, tag: number): boolean {
    const base = this.#baseOf(lo, tag);
    const key = mix(lo ^ this.#seed);
    for (let word = 0; word < WORDS_PER_BLOCK; word++) {
      const bit = 1 << (Math.imul(key, SALTS[word] ?? 1) >>> 27);
      if (((this.#words[base + word] ?? 0) & bit) === 0) return false;
    }
    return true;
  }

  #baseOf(lo: number, tag: number): number {
    const hash = mix(Math.imul(lo, 0x9e3779b1) ^ Math.imul(tag + 1, 0x85ebca77) ^ this.#seed);
    return Math.floor((hash * this.#blocks) / 2 ** 32) * WORDS_PER_BLOCK;
  }
}

const FIRST_CAPACITY = 1 << 20;
const LARGEST_CAPACITY = 1 << 23;

/** Grows by adding filters of twice the size, so that a new id costs few questions however many ids there are. */
export class ScalableBloom {
  readonly #filters: BlockedBloom[] = [];

  get count(): number {
    return this.#filters.reduce((sum, filter) => sum + filter.count, 0);
  }

  get bytes(): number {
    return this.#filters.reduce((sum, filter) => sum + filter.bytes, 0);
  }

  add(lo: number, tag: number): void {
    let last = this.#filters.at(-1);
    if (last === undefined || last.count >= last.capacity) {
      const capacity = last === undefined ? FIRST_CAPACITY : Math.min(last.capacity * 2, LARGEST_CAPACITY);
      last = new BlockedBloom(capacity, this.#filters.length + 1);
      this.#filters.push(last);
    }
    last.add(lo, tag);
  }

  has(lo: number, tag: number): boolean {
    for (const filter of this.#filters) if (filter.has(lo, tag)) return true;
    return false;
  }
}
