import type { FeatureColumn, FeatureTable, Matrix } from "./feature-table.ts";

/** How a category becomes numbers: its share of the fitted rows, or one column a frequent value. */
export type CategoryCoding = "frequency" | "one-hot";

interface EncodedColumn {
  /** Index of the feature in its table. */
  readonly feature: number;
  /** Writes the column of a table into `out`, every `stride`-th entry from `at`. */
  fill(column: FeatureColumn, out: Float64Array, at: number, stride: number): void;
}

/** Fitted once, on the reference; then every table is encoded alike. */
export interface FeatureEncoding {
  readonly columns: readonly EncodedColumn[];
}

/** Standard deviations from the mean at which a value is cut, so that one wild value is not the whole answer. */
export const CLIPPED_AT = 10;
/** One-hot columns of a category at most, those of other and missing values aside. */
export const ONE_HOT_MAX = 10;
const ONE_HOT_SHARE_MIN = 0.01;

/**
 * Learns how features become numbers on one scale, from the rows of one table (the reference).
 *
 * - number: (x − mean) ÷ sd, cut at ±10; a missing one is the mean, 0. No spread or no values: no column, since
 *   nothing can be said in its standard deviations.
 * - category, `frequency`: the value's share of the fitted rows, then as a number. A value never seen is 0.
 * - category, `one-hot`: 1 ÷ √2 in the column of its value, so that two rows that differ only in it are 1 apart;
 *   columns for the ten most frequent values with 1 % of the rows or more, one for all others, one for missing.
 *
 * With `missing`, features flagged there get a column that is 1 ÷ √2 where a number is missing (one-hot only).
 *
 * @example fitFeatureEncoding({ rows: 0, features: [] }, { categories: "one-hot" }).columns.length // 0
 */
export function fitFeatureEncoding(
  table: FeatureTable,
  options: { readonly categories: CategoryCoding; readonly missing?: readonly boolean[] },
): FeatureEncoding {
  const columns = table.features.flatMap((column, feature): EncodedColumn[] => {
    if (column.kind === "category" && options.categories === "one-hot") return oneHot(column, feature);
    const scaled =
      column.kind === "number" ? scaledNumber(column.values, feature) : frequency(column, feature);
    const indicator = options.categories === "one-hot" && options.missing?.[feature] === true;
    return indicator ? [...scaled, missingIndicator(feature)] : scaled;
  });
  return { columns };
}

/**
 * A table as numbers, by an encoding that was fitted before.
 *
 * Always finite. The table has the fitted one's features in the same order and with the same categories.
 *
 * @example encodeFeatures({ columns: [] }, { rows: 3, features: [] }).rows // 3
 */
export function encodeFeatures(encoding: FeatureEncoding, table: FeatureTable): Matrix {
  const stride = encoding.columns.length;
  const values = new Float64Array(table.rows * stride);
  encoding.columns.forEach(({ feature, fill }, at) => {
    const column = table.features[feature];
    if (column !== undefined) fill(column, values, at, stride);
  });
  return { rows: table.rows, columns: stride, values };
}

/**
 * Which features lack a value in some row of some table.
 *
 * @example hasMissing([{ rows: 1, features: [{ kind: "number", name: "x", values: [NaN] }] }]) // [true]
 */
export function hasMissing(tables: readonly FeatureTable[]): boolean[] {
  const flags: boolean[] = [];
  for (const { features } of tables) {
    features.forEach((column, index) => {
      const lacks = column.kind === "number" ? column.values.some(Number.isNaN) : column.codes.includes(-1);
      flags[index] = flags[index] === true || lacks;
    });
  }
  return flags;
}

function scaledNumber(values: Float64Array, feature: number): EncodedColumn[] {
  const { mean, sd } = meanAndSd(values);
  if (!(sd > 0) || !Number.isFinite(1 / sd)) return [];
  const scale = (value: number): number => {
    const z = (value - mean) / sd;
    return Number.isNaN(z) ? 0 : Math.min(CLIPPED_AT, Math.max(-CLIPPED_AT, z));
  };
  return [
    {
      feature,
      fill: (column, out, at, stride) => {
        if (column.kind !== "number") return;
        column.values.forEach((value, row) => {
          out[row * stride + at] = scale(value);
        });
      },
    },
  ];
}

function frequency(column: Extract<FeatureColumn, { kind: "category" }>, feature: number): EncodedColumn[] {
  const shares = categoryShares(column);
  const asNumbers = Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : (shares[code] ?? 0)));
  return scaledNumber(asNumbers, feature).map((scaled) => ({
    feature,
    fill: (other, out, at, stride) => {
      if (other.kind !== "category") return;
      const values = Float64Array.from(other.codes, (code) => (code < 0 ? Number.NaN : (shares[code] ?? 0)));
      scaled.fill({ kind: "number", name: other.name, values }, out, at, stride);
    },
  }));
}

function oneHot(column: Extract<FeatureColumn, { kind: "category" }>, feature: number): EncodedColumn[] {
  const shares = categoryShares(column);
  const kept = Array.from(shares.keys())
    .filter((code) => (shares[code] ?? 0) >= ONE_HOT_SHARE_MIN)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b)
    .slice(0, ONE_HOT_MAX);
  const isKept = new Set(kept);
  return [
    ...kept.map((code) => indicator(feature, (other) => other === code)),
    indicator(feature, (code) => code >= 0 && !isKept.has(code)),
    indicator(feature, (code) => code < 0),
  ];
}

function indicator(feature: number, isOn: (code: number) => boolean): EncodedColumn {
  return {
    feature,
    fill: (column, out, at, stride) => {
      if (column.kind !== "category") return;
      column.codes.forEach((code, row) => {
        if (isOn(code)) out[row * stride + at] = Math.SQRT1_2;
      });
    },
  };
}

function missingIndicator(feature: number): EncodedColumn {
  return {
    feature,
    fill: (column, out, at, stride) => {
      if (column.kind !== "number") return;
      column.values.forEach((value, row) => {
        if (Number.isNaN(value)) out[row * stride + at] = Math.SQRT1_2;
      });
    },
  };
}

function categoryShares({ codes, categories }: Extract<FeatureColumn, { kind: "category" }>): Float64Array {
  const shares = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) shares[code] = (shares[code] ?? 0) + 1 / codes.length;
  return shares;
}

/** Two passes, and scaled by the largest value first, so that values near the ends of the range do not overflow. */
function meanAndSd(values: Float64Array): { mean: number; sd: number } {
  let n = 0;
  let mean = 0;
  for (const value of values) if (!Number.isNaN(value)) mean += (value - mean) / ++n;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2 / n;
  return { mean, sd: n > 1 ? Math.sqrt(squares) : 0 };
}
