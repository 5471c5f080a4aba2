import {
  addText,
  checkedName,
  type FillScope,
  putCategory,
  putNumber,
  REFUSED,
  refuseNested,
  refuseNonFinite,
} from "#server/ingest/cell-filler.ts";
import type { ColumnBuilder, UntypedColumnBuilder } from "#server/ingest/column-builder.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import { shownPath } from "#server/ingest/row-report.ts";
import { spellsNotANumber } from "#server/ingest/text-rules.ts";

/** Writes an object of feature values into the builder's open row. Returns its number of keys, or REFUSED. */
export function fillFeatures(
  scope: FillScope,
  builder: PredictionBuilder,
  features: Readonly<Record<string, unknown>>,
): number {
  const table = builder.features;
  const row = builder.count;
  let position = 0;
  for (const key in features) {
    const known =
      table.shapeNames[position] === key ? table.shapeColumns[position] : table.find(key, position);
    const column = known ?? addFeature(scope, builder, key, position);
    if (column === null || !openCell(scope, builder, column, row)) return REFUSED;
    const value = features[key];
    if (column.kind === "number" && typeof value === "number" && value - value === 0) {
      column.values[row] = value + 0;
      if (column.hasStates) column.states[row] = 0;
      column.filled = row + 1;
    } else if (column.kind === "category" && typeof value === "string") {
      const code = column.lookup.get(value);
      if (code !== undefined) column.codes[row] = code;
      else if (!addText(scope, column, row, value)) return REFUSED;
      column.filled = row + 1;
    } else if (!fillOdd(scope, builder, column, key, position, value)) return REFUSED;
    position++;
  }
  return position;
}

/** Writes `segments`: always categories. */
export function fillSegments(
  scope: FillScope,
  builder: PredictionBuilder,
  segments: Readonly<Record<string, unknown>>,
): number {
  const table = builder.segments;
  const row = builder.count;
  let position = 0;
  for (const key in segments) {
    const known =
      table.shapeNames[position] === key ? table.shapeColumns[position] : table.find(key, position);
    const column = known ?? addSegment(scope, builder, key, position);
    if (column === null || !openCell(scope, builder, column, row)) return REFUSED;
    if (column.kind !== "category" || !putCategory(scope, column, row, segments[key])) return REFUSED;
    column.filled = row + 1;
    position++;
  }
  return position;
}

function openCell(scope: FillScope, builder: PredictionBuilder, column: ColumnBuilder, row: number): boolean {
  if (column.filled === row || builder.open(column, row)) return true;
  const path = shownPath("", column.name);
  return scope.report.refuse("duplicate_key", path, `\`${path}\` is there twice; send each key once.`);
}

function addFeature(
  scope: FillScope,
  builder: PredictionBuilder,
  key: string,
  position: number,
): ColumnBuilder | null {
  const name = checkedName(scope, builder.features, key);
  if (name === null) return null;
  const known = builder.features.named(name);
  if (known === undefined && builder.features.size >= scope.limits.features) return refuseManyFeatures(scope);
  const column = known ?? builder.makeFeature(name);
  builder.features.add(key, name, position, column);
  return column;
}

function addSegment(
  scope: FillScope,
  builder: PredictionBuilder,
  key: string,
  position: number,
): ColumnBuilder | null {
  const name = checkedName(scope, builder.segments, key);
  if (name === null) return null;
  const known = builder.segments.named(name);
  if (known === undefined && builder.segments.size >= scope.limits.features) return refuseManyFeatures(scope);
  const column = known ?? builder.makeSegment(name);
  builder.segments.add(key, name, position, column);
  return column;
}

function refuseManyFeatures({ report, limits }: FillScope): null {
  report.refuse(
    "too_many_features",
    "features",
    `a row and a model have at most ${limits.features} features and as many segments; send fewer names.`,
  );
  return null;
}

/** Every cell that is not a plain number in a number column or a text in a category column. */
function fillOdd(
  scope: FillScope,
  builder: PredictionBuilder,
  column: ColumnBuilder,
  key: string,
  position: number,
  value: unknown,
): boolean {
  const row = builder.count;
  if (column.kind === "untyped") return fillUntyped(scope, builder, column, key, position, value);
  const done =
    column.kind === "number" ? putNumber(scope, column, row, value) : putCategory(scope, column, row, value);
  column.filled = row + 1;
  return done;
}

function fillUntyped(
  scope: FillScope,
  builder: PredictionBuilder,
  column: UntypedColumnBuilder,
  key: string,
  position: number,
  value: unknown,
): boolean {
  const row = builder.count;
  if (value === null || (typeof value === "string" && spellsNotANumber(value))) {
    if (value === null) column.putNull(row);
    else if (scope.strict) return refuseNonFinite(scope, column.name);
    else column.putText(row, value);
    column.filled = row + 1;
    return true;
  }
  if (typeof value === "object") return refuseNested(scope, column.name);
  const typed = builder.settleType(column, typeof value === "number" ? "number" : "category", row);
  builder.features.add(key, typed.name.slice(builder.features.prefix.length), position, typed);
  return fillOdd(scope, builder, typed, key, position, value);
}
