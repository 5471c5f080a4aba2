/**
 * Which final chunk may hold an id: open addressing, four bytes a slot, of which 14 bits name the chunk and 18 bits
 * check the id. A new id costs one miss of the processor's cache however many rows are stored, and errs about once
 * in ten thousand. Built from the fingerprints of the chunks, which lie in the file.
 */
export class FinalTable {
  readonly #slots: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#slots = new Uint32Array(Math.max(LEAST_SLOTS, Math.ceil(capacity / FULLEST)));
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  hasRoomFor(more: number): boolean {
    return this.#size + more <= this.#slots.length * FULLEST;
  }

  add(lo: number, tag: number, ordinal: number): void {
    const slots = this.#slots;
    let at = this.#homeOf(lo);
    while (slots[at] !== 0) if (++at === slots.length) at = 0;
    slots[at] = checkOf(lo, tag) | (ordinal + 1);
    this.#size++;
  }

  /** The first slot that may be the id's, or −1; `next` gives the others. */
  first(lo: number, tag: number): number {
    return this.#scan(this.#homeOf(lo), checkOf(lo, tag));
  }

  next(slot: number, lo: number, tag: number): number {
    return this.#scan(slot + 1 === this.#slots.length ? 0 : slot + 1, checkOf(lo, tag));
  }

  ordinalOf(slot: number): number {
    return ((this.#slots[slot] ?? 0) & ORDINAL_MASK) - 1;
  }

  #scan(from: number, check: number): number {
    const slots = this.#slots;
    let at = from;
    for (let slot = slots[at] ?? 0; slot !== 0; slot = slots[at] ?? 0) {
      if ((slot & CHECK_MASK) === check) return at;
      if (++at === slots.length) at = 0;
    }
    return -1;
  }

  /** In the order of `lo`, so that a chunk's sorted fingerprints fill the table from front to back. */
  #homeOf(lo: number): number {
    return Math.floor((lo * this.#slots.length) / 2 ** 32);
  }
}

const ORDINAL_BITS = 14;
const ORDINAL_MASK = 2 ** ORDINAL_BITS - 1;
const CHECK_MASK = ~ORDINAL_MASK;
/** Chunks that one table can name. */
export const MOST_ORDINALS = ORDINAL_MASK - 1;
const FULLEST = 0.8;
const LEAST_SLOTS = 1 << 16;

/** Bits of the hash that the home says least about. */
function checkOf(lo: number, tag: number): number {
  return (((lo & 0x3ff) << 8) | tag) << ORDINAL_BITS;
}
