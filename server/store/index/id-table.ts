/** What an entry points at: a chunk (by its slot in memory) and a position in it. */
export interface IdPlace {
  readonly slot: number;
  readonly position: number;
}

const FREE = 0;
const FULLEST = 0.6;

/**
 * Open addressing with linear probing; several entries of one hash are allowed. Removing shifts entries back,
 * so that nothing ever has to be rebuilt because of what left.
 */
export class IdTable {
  #lo: Uint32Array;
  #hi: Uint32Array;
  /** Slot + 1; 0 says free. */
  #slots: Uint32Array;
  #positions: Uint32Array;
  #mask: number;
  #size = 0;

  constructor(initialCapacity = 1_024) {
    let capacity = 16;
    while (capacity * FULLEST < initialCapacity) capacity *= 2;
    this.#lo = new Uint32Array(capacity);
    this.#hi = new Uint32Array(capacity);
    this.#slots = new Uint32Array(capacity);
    this.#positions = new Uint32Array(capacity);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return (this.#mask + 1) * 16;
  }

  add(lo: number, hi: number, slot: number, position: number): void {
    if (this.#size + 1 > (this.#mask + 1) * FULLEST) this.#grow();
    let at = (lo ^ hi) & this.#mask;
    while (this.#slots[at] !== FREE) at = (at + 1) & this.#mask;
    this.#lo[at] = lo;
    this.#hi[at] = hi;
    this.#slots[at] = slot + 1;
    this.#positions[at] = position;
    this.#size++;
  }

  /** The first entry of a hash, or −1; `next` gives the others. */
  first(lo: number, hi: number): number {
    return this.#scan((lo ^ hi) & this.#mask, lo, hi);
  }

  next(entry: number, lo: number, hi: number): number {
    return this.#scan((entry + 1) & this.#mask, lo, hi);
  }

  slotOf(entry: number): number {
    return (this.#slots[entry] ?? 0) - 1;
  }

  positionOf(entry: number): number {
    return this.#positions[entry] ?? 0;
  }

  remove(lo: number, hi: number, slot: number, position: number): boolean {
    for (let entry = this.first(lo, hi); entry >= 0; entry = this.next(entry, lo, hi)) {
      if (this.slotOf(entry) !== slot || this.positionOf(entry) !== position) continue;
      this.#removeEntry(entry);
      return true;
    }
    return false;
  }

  clear(): void {
    this.#slots.fill(FREE);
    this.#size = 0;
  }

  #scan(from: number, lo: number, hi: number): number {
    for (let at = from; this.#slots[at] !== FREE; at = (at + 1) & this.#mask) {
      if (this.#lo[at] === lo && this.#hi[at] === hi) return at;
    }
    return -1;
  }

  #removeEntry(entry: number): void {
    const mask = this.#mask;
    let hole = entry;
    for (let at = (hole + 1) & mask; this.#slots[at] !== FREE; at = (at + 1) & mask) {
      const home = ((this.#lo[at] ?? 0) ^ (this.#hi[at] ?? 0)) & mask;
      // An entry may move back only when its home is not after the hole.
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#move(at, hole);
      hole = at;
    }
    this.#slots[hole] = FREE;
    this.#size--;
  }

  #move(from: number, to: number): void {
    this.#lo[to] = this.#lo[from] ?? 0;
    this.#hi[to] = this.#hi[from] ?? 0;
    this.#slots[to] = this.#slots[from] ?? 0;
    this.#positions[to] = this.#positions[from] ?? 0;
  }

  #grow(): void {
    const old = { lo: this.#lo, hi: this.#hi, slots: this.#slots, positions: this.#positions };
    const capacity = (this.#mask + 1) * 2;
    this.#lo = new Uint32Array(capacity);
    this.#hi = new Uint32Array(capacity);
    this.#slots = new Uint32Array(capacity);
    this.#positions = new Uint32Array(capacity);
    this.#mask = capacity - 1;
    this.#size = 0;
    for (let at = 0; at < old.slots.length; at++) {
      const slot = old.slots[at] ?? 0;
      if (slot !== FREE) this.add(old.lo[at] ?? 0, old.hi[at] ?? 0, slot - 1, old.positions[at] ?? 0);
    }
  }
}
