import type {
  CategoryColumnBuilder,
  ColumnBuilder,
  NumberColumnBuilder,
  UntypedColumnBuilder,
} from "#server/ingest/column-builder.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import type { NameTable } from "#server/ingest/name-table.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import { type RowReport, shownPath } from "#server/ingest/row-report.ts";
import {
  canonicalText,
  exceedsBytes,
  isStorable,
  numberFromText,
  spellsNotANumber,
} from "#server/ingest/text-rules.ts";

/** What the rows of one request are judged by. */
export interface FillScope {
  readonly report: RowReport;
  readonly limits: IngestLimits;
  /** Refuse rows with NaN or Infinity in a number feature, where the default is to store a missing value. */
  readonly strict: boolean;
}

export const REFUSED = -1;

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

/** The NFC form of a key; null when the row was refused for it. */
export function checkedName(scope: FillScope, table: NameTable, key: string): string | null {
  const { report, limits } = scope;
  const path = shownPath(table.prefix, key);
  if (exceedsBytes(key, limits.nameBytes)) {
    report.refuse("name_too_long", path, `the name \`${path}\` is longer than ${limits.nameBytes} bytes.`);
    return null;
  }
  if (!isStorable(key)) {
    report.refuse(
      "invalid_utf8",
      path,
      `the name \`${path}\` has a lone surrogate or a NUL; send valid text.`,
    );
    return null;
  }
  return key.normalize("NFC");
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

export function putNumber(
  scope: FillScope,
  column: NumberColumnBuilder,
  row: number,
  value: unknown,
): boolean {
  if (value === null) {
    column.putNull(row);
    return true;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return refuseInfinite(scope, column.name);
    column.putNumber(row, value + 0);
    return true;
  }
  if (typeof value === "string") return putTextAsNumber(scope, column, row, value);
  if (typeof value !== "boolean") return refuseNested(scope, column.name);
  column.putText(row, canonicalText(value));
  scope.report.warn("type_mismatch");
  return true;
}

function putTextAsNumber(scope: FillScope, column: NumberColumnBuilder, row: number, text: string): boolean {
  const number = numberFromText(text);
  if (Number.isFinite(number)) {
    column.putNumberFromText(row, number);
    scope.report.warn("numbers_from_text");
    return true;
  }
  const notANumber = spellsNotANumber(text);
  if (notANumber && scope.strict) return refuseNonFinite(scope, column.name);
  if (!checkText(scope, column.name, text)) return false;
  column.putText(row, text);
  scope.report.warn(notANumber ? "not_a_number" : "type_mismatch");
  return true;
}

export function putCategory(
  scope: FillScope,
  column: CategoryColumnBuilder,
  row: number,
  value: unknown,
): boolean {
  if (value === null) {
    column.putNull(row);
    return true;
  }
  if (typeof value === "string") {
    const code = column.lookup.get(value);
    if (code === undefined) return addText(scope, column, row, value);
    column.codes[row] = code;
    return true;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return refuseInfinite(scope, column.name);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) scope.report.warn("precision_lost");
  } else if (typeof value !== "boolean") return refuseNested(scope, column.name);
  column.putText(row, canonicalText(value));
  return true;
}

/** A text that the column has not seen in this batch: checked once, then only looked up. */
function addText(scope: FillScope, column: CategoryColumnBuilder, row: number, text: string): boolean {
  if (!checkText(scope, column.name, text)) return false;
  column.codes[row] = column.add(row, text);
  return true;
}

export function checkText({ report, limits }: FillScope, columnName: string, text: string): boolean {
  if (exceedsBytes(text, limits.textBytes)) {
    const path = shownPath("", columnName);
    return report.refuse("value_too_long", path, `\`${path}\` is longer than ${limits.textBytes} bytes.`);
  }
  if (isStorable(text)) return true;
  const path = shownPath("", columnName);
  return report.refuse("invalid_utf8", path, `\`${path}\` has a lone surrogate or a NUL; send valid text.`);
}

function refuseInfinite({ report }: FillScope, columnName: string): boolean {
  const path = shownPath("", columnName);
  return report.refuse(
    "number_out_of_range",
    path,
    `\`${path}\` is beyond what a 64-bit float holds (±1.8e308).`,
  );
}

function refuseNonFinite({ report }: FillScope, columnName: string): boolean {
  const path = shownPath("", columnName);
  return report.refuse(
    "non_finite",
    path,
    `\`${path}\` is not a finite number; send null where there is no value.`,
  );
}

function refuseNested({ report }: FillScope, columnName: string): boolean {
  const path = shownPath("", columnName);
  return report.refuse(
    "bad_type",
    path,
    `\`${path}\` is an object or a list; send a number, a text, true, false or null, one key per value.`,
  );
}
