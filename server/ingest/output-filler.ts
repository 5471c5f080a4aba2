import { checkedName, checkText, type FillScope, putCategory, REFUSED } from "#server/ingest/cell-filler.ts";
import { countKeys, isPlainObject } from "#server/ingest/json-tree.ts";
import { NumberColumnBuilder } from "#server/ingest/number-column-builder.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import { type RowCode, shownPath } from "#server/ingest/row-report.ts";
import { isStorable, numberFromText } from "#server/ingest/text-rules.ts";
import type { Task } from "#server/models/schema.ts";

/** Softmax in 32 bits overshoots 1 by a few 1e-7; anything further out is no probability. */
const PROBABILITY_SLACK = 1e-6;

type Output = Readonly<Record<string, unknown>>;

/** The task that a first output speaks for; null when it says nothing. */
export function inferTask(output: Output): Task | null {
  if (Array.isArray(output.items)) return "ranking";
  if (isPlainObject(output.probabilities)) return "multiclass";
  if (typeof output.probability === "number") return "binary";
  const value = output.value;
  if (typeof value === "boolean") return "binary";
  if (typeof value === "number") return "regression";
  if (typeof value === "string") return "multiclass";
  return output.probability === undefined || output.probability === null ? null : "binary";
}

/** Writes a row's output as its task has it. Returns the number of keys in it, or REFUSED. */
export function fillOutput(scope: FillScope, builder: PredictionBuilder, output: Output): number {
  let keys = 0;
  let written = 0;
  for (const key in output) {
    const value = output[key];
    keys += 1 + countKeys(value);
    const done = value === null || value === undefined ? 0 : fillPart(scope, builder, key, value);
    if (done === REFUSED) return REFUSED;
    written += done;
  }
  if (written > 0 && builder.task !== "ranking") return keys;
  if (written > 0) return scoresMatchItems(scope, output) ? keys : REFUSED;
  scope.report.refuse(
    "missing_prediction",
    "output",
    `\`output\` has nothing that a ${builder.task} model predicts; ${NEEDS[builder.task]}`,
  );
  return REFUSED;
}

function scoresMatchItems({ report }: FillScope, { items, scores }: Output): boolean {
  if (!Array.isArray(items) || !Array.isArray(scores) || items.length === scores.length) return true;
  return report.refuse(
    "bad_type",
    "output.scores",
    "`output.scores` is not as long as `output.items`; send one score per item.",
  );
}

const NEEDS: Record<Task, string> = {
  binary: "send `value` (the decision), `probability` (of the positive class), or both.",
  multiclass: "send `value` (the class), `probabilities` ({class: p}), or both.",
  regression: "send `value`, a number.",
  ranking: "send `items`, a list of ids with the best first.",
};

/** 1 when the part was written, 0 when the task has no such part. */
function fillPart(scope: FillScope, builder: PredictionBuilder, key: string, value: unknown): number {
  const { task } = builder;
  if (key === "value" && task === "regression")
    return fillNumber(scope, builder, "output.value", value, null);
  if (key === "value" && task !== "ranking") return fillClass(scope, builder, value);
  if (key === "probability" && task === "binary")
    return fillNumber(scope, builder, "output.probability", value, 1);
  if (key === "probabilities" && task === "multiclass") return fillProbabilities(scope, builder, value);
  if (key === "items" && task === "ranking")
    return fillList(scope, builder, "output.items", value, isItem, ITEMS);
  if (key === "scores" && task === "ranking") {
    const done = fillList(scope, builder, "output.scores", value, Number.isFinite, SCORES);
    return done === REFUSED ? REFUSED : 0;
  }
  scope.report.warn("output_ignored");
  return 0;
}

function fillClass(scope: FillScope, builder: PredictionBuilder, value: unknown): number {
  const row = builder.count;
  const column = builder.fixedCategory("output.value");
  builder.open(column, row);
  if (!putCategory(scope, column, row, value)) return REFUSED;
  column.filled = row + 1;
  return 1;
}

function fillNumber(
  scope: FillScope,
  builder: PredictionBuilder,
  name: string,
  value: unknown,
  most: number | null,
): number {
  const number = readNumber(scope, name, value, most);
  if (number === null) return REFUSED;
  const row = builder.count;
  const column = builder.fixedNumber(name);
  builder.open(column, row);
  if (typeof value === "string") column.putNumberFromText(row, number);
  else column.putNumber(row, number);
  column.filled = row + 1;
  return 1;
}

/** A finite number, in [0, most] where `most` is given; null when the row was refused. */
export function readNumber(
  scope: FillScope,
  name: string,
  value: unknown,
  most: number | null,
): number | null {
  const number =
    typeof value === "number" ? value + 0 : typeof value === "string" ? numberFromText(value) : null;
  if (number === null) return refuseNumber(scope, "bad_type", name, "is not a number.");
  if (typeof value === "string") {
    if (Number.isNaN(number)) return refuseNumber(scope, "non_finite", name, NO_NUMBER);
    scope.report.warn("numbers_from_text");
  }
  if (!Number.isFinite(number)) return refuseNumber(scope, "number_out_of_range", name, TOO_LARGE);
  if (most === null) return number;
  if (number < -PROBABILITY_SLACK || number > most + PROBABILITY_SLACK) {
    return refuseNumber(scope, "number_out_of_range", name, `is not between 0 and ${most}.`);
  }
  return Math.min(most, Math.max(0, number));
}

const NO_NUMBER = "is a text that is no number; send a number, or null where there is none.";
const TOO_LARGE = "is beyond what a 64-bit float holds (±1.8e308).";

function refuseNumber({ report }: FillScope, code: RowCode, name: string, problem: string): null {
  const path = shownPath("", name);
  report.refuse(code, path, `\`${path}\` ${problem}`);
  return null;
}

function fillProbabilities(scope: FillScope, builder: PredictionBuilder, value: unknown): number {
  if (!isPlainObject(value)) {
    scope.report.refuse(
      "bad_type",
      "output.probabilities",
      "`output.probabilities` is not an object {class: probability}.",
    );
    return REFUSED;
  }
  const row = builder.count;
  let position = 0;
  for (const key in value) {
    const column = classColumn(scope, builder, key, position++);
    if (column === null) return REFUSED;
    const number = readNumber(scope, column.name, value[key], 1);
    if (number === null) return REFUSED;
    if (!builder.open(column, row)) {
      scope.report.refuse(
        "duplicate_key",
        shownPath("", column.name),
        "a class is there twice; send each class once.",
      );
      return REFUSED;
    }
    column.putNumber(row, number);
    column.filled = row + 1;
  }
  return position > 0 ? 1 : 0;
}

function classColumn(
  scope: FillScope,
  builder: PredictionBuilder,
  key: string,
  position: number,
): NumberColumnBuilder | null {
  const table = builder.classes;
  const known = table.shapeNames[position] === key ? table.shapeColumns[position] : table.find(key, position);
  if (known?.kind === "number") return known;
  const name = checkedName(scope, table, key);
  if (name === null) return null;
  const same = table.named(name);
  if (same === undefined && table.size >= scope.limits.classes) {
    scope.report.refuse(
      "too_many_classes",
      "output.probabilities",
      `a model has at most ${scope.limits.classes} classes.`,
    );
    return null;
  }
  const column = same?.kind === "number" ? same : new NumberColumnBuilder(`${table.prefix}${name}`);
  table.add(key, name, position, column);
  return column;
}

const ITEMS = "a list of item ids (texts or whole numbers), best first, at least one";
const SCORES = "a list of finite numbers, one per item";

function isItem(value: unknown): boolean {
  return typeof value === "string" ? value !== "" && isStorable(value) : Number.isSafeInteger(value);
}

/** Lists are stored as JSON text: metrics read them whole or not at all. */
function fillList(
  scope: FillScope,
  builder: PredictionBuilder,
  name: "output.items" | "output.scores",
  value: unknown,
  isMember: (value: unknown) => boolean,
  expected: string,
): number {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isMember)) {
    scope.report.refuse("bad_type", name, `\`${name}\` is not ${expected}.`);
    return REFUSED;
  }
  const members = name === "output.items" ? value.map(String) : value;
  const text = JSON.stringify(members);
  if (!checkText(scope, name, text)) return REFUSED;
  const row = builder.count;
  const column = builder.fixedCategory(name);
  builder.open(column, row);
  column.putText(row, text);
  column.filled = row + 1;
  return 1;
}
