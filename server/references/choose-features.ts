import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import type { ColumnMap } from "#server/references/column-map.ts";
import { countCategories } from "#server/references/feature-bins.ts";
import type { TableColumn, TableSource } from "#server/references/table-source.ts";
import { CELL_TEXT, type Column } from "#server/store/columns.ts";

export interface FeatureColumn {
  readonly name: string;
  readonly column: string;
  /** Null: not declared, its type is told from its values. */
  readonly declared: FeatureSchema | null;
}

export interface ChosenFeatures {
  readonly features: readonly FeatureColumn[];
  readonly skipped: ReadonlyArray<{ readonly what: string; readonly reason: string }>;
}

const IDENTIFIER_ROWS = 200;

/** Columns that are nothing else are features: declared ones first, in the model's order, then the file's. */
export function chooseFeatures(source: TableSource, map: ColumnMap, model: ModelSchema): ChosenFeatures {
  const declared = new Map(model.features.map((feature) => [feature.name, feature]));
  const place = new Map(model.features.map((feature, index) => [feature.name, index]));
  const named = new Map([...map.columns].map(([ours, column]) => [column, ours]));
  const features: FeatureColumn[] = [];
  const skipped: Array<{ what: string; reason: string }> = [];
  for (const column of source.columns) {
    const ours = named.get(column.name) ?? `features.${column.name}`;
    if (map.ignored.has(column.name) || !ours.startsWith("features.")) continue;
    const name = ours.slice("features.".length);
    const feature = declared.get(name) ?? null;
    const reason = unusableReason(column, feature);
    if (reason === null) features.push({ name, column: column.name, declared: feature });
    else skipped.push({ what: column.name, reason });
  }
  const after = place.size;
  features.sort((a, b) => (place.get(a.name) ?? after) - (place.get(b.name) ?? after));
  return { features, skipped };
}

function unusableReason(column: TableColumn, declared: FeatureSchema | null): string | null {
  if (column.kind === "unusable") return column.reason;
  if (column.kind === "time" && declared === null) {
    return "It holds times, and a time is no feature; name it in `map` as ts or ignore.";
  }
  return null;
}

/** Why an undeclared column makes no feature after all, seen from its values; null when it does. */
export function uselessReason(column: Column): string | null {
  if (column.kind === "number") {
    const has = column.values.some(Number.isFinite) || (column.states?.includes(CELL_TEXT) ?? false);
    return has ? null : "It is empty, so that its type cannot be told.";
  }
  const distinct = countCategories(column).size;
  if (distinct === 0) return "It is empty, so that its type cannot be told.";
  const rows = column.codes.length;
  if (rows < IDENTIFIER_ROWS || distinct <= rows / 2) return null;
  return "Most of its texts occur once: it looks like an identifier or free text. Declare it as a feature to keep it.";
}
