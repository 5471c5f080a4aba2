import { createHash, type Hash } from "node:crypto";
import { CELL_TEXT, CELL_VALUE, CODE_FIRST_VALUE, type Column } from "#server/store/columns.ts";
import { canonicalCategory } from "#server/windows/category-bins.ts";

/**
 * The address of what was profiled: names, types and values of the columns that were used, in the order of rows, and
 * what decides how they fold. The same content in another file format has the same address.
 */
export class ContentHash {
  private readonly parts: string[] = [];

  addSetting(name: string, value: string | number | null): void {
    this.parts.push(JSON.stringify([name, value]));
  }

  addColumn(name: string, column: Column): void {
    const hash = createHash("sha256");
    if (column.kind === "number") hashNumbers(hash, column.values, column.states);
    else hashCategories(hash, column.codes, column.dictionary);
    this.parts.push(JSON.stringify([name, column.kind, hash.digest("hex")]));
  }

  /** Columns may be added in any order. */
  digest(): string {
    const hash = createHash("sha256");
    for (const part of [...this.parts].sort()) hash.update(`${part}\n`);
    return `sha256:${hash.digest("hex")}`;
  }
}

const SLICE = 65_536;

/** Cells without a usable number all count as one: a file format may have null where another has nothing. */
function hashNumbers(hash: Hash, values: Float64Array, states: Uint8Array | null): void {
  const slice = new Float64Array(SLICE);
  for (let from = 0; from < values.length; from += SLICE) {
    const to = Math.min(values.length, from + SLICE);
    for (let row = from; row < to; row += 1) {
      const state = states === null ? CELL_VALUE : (states[row] ?? CELL_VALUE);
      const value = values[row] ?? Number.NaN;
      if (state === CELL_VALUE && Number.isFinite(value)) slice[row - from] = value + 0;
      else
        slice[row - from] =
          state === CELL_TEXT || state === CELL_VALUE ? Number.POSITIVE_INFINITY : Number.NaN;
    }
    hash.update(new Uint8Array(slice.buffer, 0, (to - from) * 8));
  }
}

/** Values by order of first sight, then each row's: independent of how the file's own dictionary is ordered. */
function hashCategories(hash: Hash, codes: Uint32Array, dictionary: readonly string[]): void {
  const canonical = new Map<string, number>();
  const order = new Uint32Array(dictionary.length);
  const slice = new Uint32Array(SLICE);
  for (let from = 0; from < codes.length; from += SLICE) {
    const to = Math.min(codes.length, from + SLICE);
    for (let row = from; row < to; row += 1) {
      const index = (codes[row] ?? 0) - CODE_FIRST_VALUE;
      if (index < 0) {
        slice[row - from] = 0;
        continue;
      }
      if (order[index] === 0) {
        const text = canonicalCategory(dictionary[index] ?? "");
        const known = canonical.get(text) ?? canonical.size + 1;
        canonical.set(text, known);
        order[index] = known;
      }
      slice[row - from] = order[index] ?? 0;
    }
    hash.update(new Uint8Array(slice.buffer, 0, (to - from) * 4));
  }
  for (const text of canonical.keys()) hash.update(JSON.stringify(text));
}
