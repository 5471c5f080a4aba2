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

  /** Filters that are asked about the same ids one after the other need different seeds to err independently. */
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
    const base = this.#baseOf(placeHash(lo, tag, this.#seed));
    const key = mix(lo ^ this.#seed);
    for (let word = 0; word < WORDS_PER_BLOCK; word++) {
      const at = base + word;
      this.#words[at] = (this.#words[at] ?? 0) | (1 << (Math.imul(key, SALTS[word] ?? 1) >>> 27));
    }
    this.#count++;
  }

  has(lo: number, tag: number): boolean {
    return this.hasHashed(placeHash(lo, tag, this.#seed), mix(lo ^ this.#seed));
  }

  hasHashed(place: number, key: number): boolean {
    const base = this.#baseOf(place);
    for (let word = 0; word < WORDS_PER_BLOCK; word++) {
      const bit = 1 << (Math.imul(key, SALTS[word] ?? 1) >>> 27);
      if (((this.#words[base + word] ?? 0) & bit) === 0) return false;
    }
    return true;
  }

  #baseOf(place: number): number {
    return Math.floor((place * this.#blocks) / 2 ** 32) * WORDS_PER_BLOCK;
  }
}

function placeHash(lo: number, tag: number, seed: number): number {
  return mix(Math.imul(lo, 0x9e3779b1) ^ Math.imul(tag + 1, 0x85ebca77) ^ seed);
}

const FIRST_CAPACITY = 1 << 22;
const NEXT_CAPACITY = 1 << 24;
const SEED = 0x5f3759df;

/** Grows by adding filters, few and large: a new id costs a miss of the processor's cache in each. */
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
      last = new BlockedBloom(last === undefined ? FIRST_CAPACITY : NEXT_CAPACITY, SEED);
      this.#filters.push(last);
    }
    last.add(lo, tag);
  }

  has(lo: number, tag: number): boolean {
    if (this.#filters.length === 0) return false;
    const place = placeHash(lo, tag, SEED);
    const key = mix(lo ^ SEED);
    for (const filter of this.#filters) if (filter.hasHashed(place, key)) return true;
    return false;
  }
}
