import { IMMEDIATE_ROWS_MIN } from "#server/stats/quality/claims.ts";

/** Stored windows in which at least half of the rows were bad. */
export interface Spells {
  readonly windows: number;
  /** The most of them in a row, with nothing better in between. */
  readonly longest: { readonly windows: number; readonly from: number } | null;
}

/** Counts spells as windows pass by, oldest first. */
export class SpellLog {
  readonly #levelMs: number;
  #windows = 0;
  #run: { windows: number; from: number; last: number } | null = null;
  #longest: { windows: number; from: number } | null = null;

  constructor(levelMs: number) {
    this.#levelMs = levelMs;
  }

  /** A window with too few rows to tell neither adds to a spell nor ends it. */
  see({ start, bad, n, isBad }: { start: number; bad: number; n: number; isBad: boolean }): void {
    if (!isBad) {
      if (n >= IMMEDIATE_ROWS_MIN || bad < n) this.#run = null;
      return;
    }
    this.#windows += 1;
    // Another version's rows of the same window are the same window.
    const again = this.#run?.last === start;
    const before = this.#run ?? { windows: 0, from: start, last: start - this.#levelMs };
    this.#run = { windows: before.windows + (again ? 0 : 1), from: before.from, last: start };
    if (this.#run.windows > (this.#longest?.windows ?? 0)) this.#longest = this.#run;
  }

  spells(): Spells {
    const { windows, from } = this.#longest ?? { windows: 0, from: 0 };
    return { windows: this.#windows, longest: windows > 0 ? { windows, from } : null };
  }
}
