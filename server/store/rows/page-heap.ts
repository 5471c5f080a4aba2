import { comparePlaces, type RowPlace } from "#server/store/rows/row-cursor.ts";

export interface Found<T> {
  readonly place: RowPlace;
  readonly value: T;
}

/** Keeps the first `limit` rows of an order, whatever order they are offered in. */
export class PageHeap<T> {
  readonly #limit: number;
  readonly #sign: 1 | -1;
  /** A heap with the last row of the page on top. */
  readonly #heap: Array<Found<T>> = [];

  constructor(limit: number, order: "newest" | "oldest") {
    this.#limit = limit;
    this.#sign = order === "oldest" ? 1 : -1;
  }

  get isFull(): boolean {
    return this.#heap.length >= this.#limit;
  }

  /** The last row of a full page: anything after it is of no use. */
  get last(): RowPlace | null {
    return this.isFull ? (this.#heap[0]?.place ?? null) : null;
  }

  wouldTake(place: RowPlace): boolean {
    const last = this.last;
    return last === null || this.#compare(place, last) < 0;
  }

  offer(place: RowPlace, value: T): void {
    if (!this.wouldTake(place) || this.#limit === 0) return;
    if (this.isFull) this.#replaceTop({ place, value });
    else this.#push({ place, value });
  }

  /** In the order of the page. */
  rows(): Array<Found<T>> {
    return this.#heap.toSorted((left, right) => this.#compare(left.place, right.place));
  }

  #compare(left: RowPlace, right: RowPlace): number {
    return this.#sign * comparePlaces(left, right);
  }

  #push(found: Found<T>): void {
    let at = this.#heap.push(found) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #replaceTop(found: Found<T>): void {
    this.#heap[0] = found;
    let at = 0;
    for (;;) {
      let after = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isAfter(child, after)) after = child;
      }
      if (after === at) return;
      this.#swap(at, after);
      at = after;
    }
  }

  #isAfter(at: number, other: number): boolean {
    const left = this.#heap[at];
    const right = this.#heap[other];
    return left !== undefined && right !== undefined && this.#compare(left.place, right.place) > 0;
  }

  #swap(at: number, other: number): void {
    const left = this.#heap[at];
    const right = this.#heap[other];
    if (left === undefined || right === undefined) return;
    this.#heap[at] = right;
    this.#heap[other] = left;
  }
}
