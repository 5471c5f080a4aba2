import type { CategoryColumnBuilder } from "#server/ingest/category-column-builder.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import type { NameTable } from "#server/ingest/name-table.ts";
import type { NumberColumnBuilder } from "#server/ingest/number-column-builder.ts";
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
export function addText(scope: FillScope, column: CategoryColumnBuilder, row: number, text: string): boolean {
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

export function refuseNonFinite({ report }: FillScope, columnName: string): boolean {
  const path = shownPath("", columnName);
  return report.refuse(
    "non_finite",
    path,
    `\`${path}\` is not a finite number; send null where there is no value.`,
  );
}

export function refuseNested({ report }: FillScope, columnName: string): boolean {
  const path = shownPath("", columnName);
  return report.refuse(
    "bad_type",
    path,
    `\`${path}\` is an object or a list; send a number, a text, true, false or null, one key per value.`,
  );
}
