import type { Zone } from "#server/store/codec/zone.ts";
import {
  type CategoryColumn,
  CELL_VALUE,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type LabelValue,
  type NumberColumn,
} from "#server/store/columns.ts";
import type { Comparison, RowCondition } from "#server/store/event-store.ts";
import { type Cell, cellAt } from "#server/store/rows/cells.ts";

/**
 * The rule for one value, which every fast path below must agree with. A row without a value meets only `null`.
 * `=`, `!=` and `in` compare as text, as categories do; the orders compare numbers, or texts with a text that is
 * no number.
 */
export function meets(cell: Cell, condition: RowCondition): boolean {
  const isMissing = cell === undefined || cell === null;
  if (condition.op === "null") return isMissing;
  if (isMissing) return false;
  if ("values" in condition) return condition.values.some((value) => isSame(cell, value));
  if (!("value" in condition)) return true;
  if (condition.op === "=") return isSame(cell, condition.value);
  if (condition.op === "!=") return !isSame(cell, condition.value);
  return isOrdered(cell, condition.op, condition.value);
}

function isSame(cell: string | number, value: string | number): boolean {
  if (cell === value || String(cell) === String(value)) return true;
  return typeof cell === "number" && typeof value === "string" && isNumeric(value) && cell === Number(value);
}

function isOrdered(cell: string | number, op: Comparison, value: string | number): boolean {
  const left = typeof cell === "number" || isNumeric(cell) ? Number(cell) : cell;
  const right = typeof value === "number" || isNumeric(value) ? Number(value) : value;
  if (typeof left === "number" && typeof right === "number") return holds(left, op, right);
  if (typeof left === "string" && typeof right === "string") return holds(left, op, right);
  return false;
}

function holds<T extends string | number>(left: T, op: Comparison, right: T): boolean {
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  if (op === ">") return left > right;
  return op === ">=" && left >= right;
}

function isNumeric(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** False when no row of a column with these bounds can meet the condition, so that it need not be decoded. */
export function canMeet(zone: Zone | null, condition: RowCondition): boolean {
  if (zone === null) return true;
  if (condition.op === "null") return zone.hasGaps;
  if (!("value" in condition) || zone.hasTexts || condition.op === "!=") return true;
  if (zone.range === null) return false;
  const value = Number(condition.value);
  if (!Number.isFinite(value)) return true;
  const { min, max } = zone.range;
  if (condition.op === "=") return min <= value && value <= max;
  if (condition.op === "<") return min < value;
  if (condition.op === "<=") return min <= value;
  return condition.op === ">" ? max > value : max >= value;
}

/** Clears `keep[row]` for rows that do not meet the condition. Categories are decided once a dictionary entry. */
export function filterColumn(column: Column | null, condition: RowCondition, keep: Uint8Array): void {
  if (column === null) {
    if (condition.op !== "null") keep.fill(0);
  } else if (column.kind === "category") {
    filterCategories(column, condition, keep);
  } else {
    filterNumbers(column, condition, keep);
  }
}

function filterCategories(column: CategoryColumn, condition: RowCondition, keep: Uint8Array): void {
  const verdicts = new Uint8Array(column.dictionary.length + CODE_FIRST_VALUE);
  verdicts.fill(meets(null, condition) ? 1 : 0, 0, CODE_NULL + 1);
  column.dictionary.forEach((text, at) => {
    verdicts[at + CODE_FIRST_VALUE] = meets(text, condition) ? 1 : 0;
  });
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] === 1) keep[row] = verdicts[column.codes[row] ?? 0] ?? 0;
  }
}

function filterNumbers(column: NumberColumn, condition: RowCondition, keep: Uint8Array): void {
  const test = numberTest(condition);
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] !== 1) continue;
    const isValue = column.states === null || column.states[row] === CELL_VALUE;
    if (isValue && test !== null) keep[row] = test(column.values[row] ?? 0) ? 1 : 0;
    else keep[row] = meets(cellAt(column, row), condition) ? 1 : 0;
  }
}

function numberTest(condition: RowCondition): ((value: number) => boolean) | null {
  if (!("value" in condition)) return null;
  const bound = Number(condition.value);
  if (typeof condition.value === "string" && !isNumeric(condition.value)) return null;
  const { op } = condition;
  if (op === "=") return (value) => value === bound;
  if (op === "!=") return (value) => value !== bound;
  return (value) => holds(value, op, bound);
}

export function filterLabels(
  values: ReadonlyArray<LabelValue | null>,
  condition: RowCondition,
  keep: Uint8Array,
): void {
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] === 1) keep[row] = meets(values[row] ?? null, condition) ? 1 : 0;
  }
}
