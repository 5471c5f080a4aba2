/** One feature's values, a row each. */
export type FeatureColumn =
  /** NaN where a row has no number. */
  | { readonly kind: "number"; readonly name: string; readonly values: Float64Array }
  /** Code k stands for categories[k]; −1 where a row has none. */
  | {
      readonly kind: "category";
      readonly name: string;
      readonly codes: Int32Array;
      readonly categories: readonly string[];
    };

/** Rows of one side. Two tables that are compared have the same features, in one order and with the same categories. */
export interface FeatureTable {
  readonly rows: number;
  readonly features: readonly FeatureColumn[];
}

/** Numbers by rows: entry (row, column) is values[row · columns + column]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/**
 * The rows of a table at `positions`, in their order.
 *
 * Positions outside the table give rows without values.
 *
 * @example selectTable({ rows: 2, features: [] }, [1]).rows // 1
 */
export function selectTable(table: FeatureTable, positions: ArrayLike<number>): FeatureTable {
  const features = table.features.map((feature): FeatureColumn => {
    if (feature.kind === "number") {
      const values = Float64Array.from(positions, (row) => feature.values[row] ?? Number.NaN);
      return { ...feature, values };
    }
    return { ...feature, codes: Int32Array.from(positions, (row) => feature.codes[row] ?? -1) };
  });
  return { rows: positions.length, features };
}

/**
 * Both tables' rows as one, the first table's first.
 *
 * Features are matched by place; a pair of two kinds throws a RangeError.
 *
 * @example joinTables({ rows: 2, features: [] }, { rows: 3, features: [] }).rows // 5
 */
export function joinTables(first: FeatureTable, second: FeatureTable): FeatureTable {
  const rows = first.rows + second.rows;
  const features = first.features.map((feature, index): FeatureColumn => {
    const other = second.features[index];
    if (feature.kind === "number" && other?.kind === "number") {
      const values = new Float64Array(rows);
      values.set(feature.values);
      values.set(other.values, first.rows);
      return { ...feature, values };
    }
    if (feature.kind === "category" && other?.kind === "category") {
      const codes = new Int32Array(rows);
      codes.set(feature.codes);
      codes.set(other.codes, first.rows);
      return { ...feature, codes };
    }
    throw new RangeError("Tables that are joined have the same features in the same order.");
  });
  return { rows, features };
}
