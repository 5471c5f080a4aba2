import { ServiceError } from "#server/kernel/errors.ts";
import { parseInstant } from "#server/kernel/instant.ts";
import { nearMatches } from "#server/metrics/near-matches.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { Comparison, RowCondition } from "#server/store/event-store.ts";

type ColumnKind = "number" | "text" | "instant";

const OPERATOR = /^(!=|>=|<=|=|<|>)/;
const CONDITIONS_MAX = 50;

/** What a search may name, short names included; where two columns share a short name the feature has it. */
export function searchableColumns(model: ModelSchema): Map<string, { column: string; kind: ColumnKind }> {
  const columns = new Map<string, { column: string; kind: ColumnKind }>();
  const add = (column: string, kind: ColumnKind, short?: string) => {
    columns.set(column, { column, kind });
    if (short !== undefined && !columns.has(short)) columns.set(short, { column, kind });
  };
  const value = model.task === "regression" ? "number" : "text";
  add("label", value);
  add("prediction_id", "text");
  add("ts", "instant");
  add("latency_ms", "number");
  add("output.value", value);
  add("output.probability", "number");
  for (const { name, type } of model.features)
    add(`features.${name}`, type === "number" ? "number" : "text", name);
  for (const name of model.dimensions) add(`segments.${name}`, "text", name);
  return columns;
}

/**
 * Reads `distance>500,carrier=B6|UA,label!=null`: conditions joined by commas, all of which must hold; values by `|`,
 * one of which must; a value in double quotes may hold anything, with `\"` and `\\` inside.
 */
export function parseWhere(where: string, model: ModelSchema): RowCondition[] {
  const columns = searchableColumns(model);
  const conditions: RowCondition[] = [];
  let rest = where.trim();
  while (rest !== "") {
    if (conditions.length === CONDITIONS_MAX) throw bad("has too many conditions", "too_many_conditions");
    const name = leadingName(rest, columns);
    const known = columns.get(name);
    const operator = OPERATOR.exec(rest.slice(name.length))?.[1];
    if (known === undefined || operator === undefined) throw unknownColumn(rest, columns);
    const values = readValues(rest.slice(name.length + operator.length));
    conditions.push(toCondition(name, known, operator as Comparison, values.values));
    rest = values.rest;
  }
  return conditions;
}

/** The longest known name that an operator follows, so that names may hold commas and signs themselves. */
function leadingName(text: string, columns: ReadonlyMap<string, unknown>): string {
  let found = "";
  for (const name of columns.keys()) {
    if (name.length > found.length && text.startsWith(name) && OPERATOR.test(text.slice(name.length)))
      found = name;
  }
  return found;
}

interface Value {
  readonly text: string;
  readonly isQuoted: boolean;
}

function readValues(text: string): { values: Value[]; rest: string } {
  const values: Value[] = [];
  let rest = text;
  for (;;) {
    const { value, length } = readValue(rest);
    values.push(value);
    const next = rest[length];
    if (next === undefined) return { values, rest: "" };
    if (next !== "," && next !== "|")
      throw bad("has a quote that does not end where its value does", "bad_quote");
    rest = rest.slice(length + 1);
    if (next === ",") return { values, rest };
  }
}

function readValue(text: string): { value: Value; length: number } {
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text);
  if (quoted !== null) {
    const inside = (quoted[1] ?? "").replaceAll(/\\([\s\S])/g, "$1");
    return { value: { text: inside, isQuoted: true }, length: quoted[0].length };
  }
  if (text.startsWith('"')) throw bad("has a quote that is never closed", "bad_quote");
  const plain = /^[^,|]*/.exec(text)?.[0] ?? "";
  return { value: { text: plain.trim(), isQuoted: false }, length: plain.length };
}

function toCondition(
  name: string,
  { column, kind }: { column: string; kind: ColumnKind },
  op: Comparison,
  values: readonly Value[],
): RowCondition {
  const [first, ...more] = values;
  if (first === undefined) throw bad(`lacks a value after \`${name}\``, "missing_value");
  if (more.length > 0) {
    if (op !== "=") throw bad(`gives \`${name}\` several values, which works with = only`, "bad_comparison");
    return { column, op: "in", values: values.map(({ text }) => String(typed(name, kind, text))) };
  }
  if (!first.isQuoted && first.text === "null") {
    if (op === "=") return { column, op: "null" };
    if (op === "!=") return { column, op: "not-null" };
    throw bad(`compares \`${name}\` with null, which works with = and != only`, "bad_comparison");
  }
  return { column, op, value: typed(name, kind, first.text) };
}

function typed(name: string, kind: ColumnKind, text: string): string | number {
  if (kind === "instant") return parseInstant(text, "where");
  if (kind === "text") return text;
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw bad(`compares the number \`${name}\` with a text`, "bad_number");
}

function unknownColumn(rest: string, columns: ReadonlyMap<string, unknown>): ServiceError {
  const name = /^[^!<>=,]*/.exec(rest)?.[0] ?? "";
  const near = nearMatches(name, [...columns.keys()]);
  const hint = near.length > 0 ? ` Did you mean ${near.map((match) => `\`${match}\``).join(", ")}?` : "";
  return bad(
    "names a column that the model does not have, or lacks a comparison after it",
    "unknown_column",
    hint,
  );
}

function bad(what: string, reason: string, hint = ""): ServiceError {
  return new ServiceError("bad_request", `\`where\` ${what}.${hint}`, {
    reason,
    errors: [{ path: "where", code: reason, message: `Write it like distance>500,carrier=B6.` }],
  });
}

/** `carrier:B6`, or several: values of one key are alternatives, different keys must all hold. */
export function parseSegments(segments: readonly string[], model: ModelSchema): RowCondition[] {
  const byColumn = new Map<string, string[]>();
  for (const segment of segments) {
    const { column, value } = parseSegment(segment, model);
    byColumn.set(column, [...(byColumn.get(column) ?? []), value]);
  }
  return [...byColumn].map(([column, values]) => ({ column, op: "in", values }));
}

function parseSegment(segment: string, model: ModelSchema): { column: string; value: string } {
  const columns = searchableColumns(model);
  for (const [name, { column }] of columns) {
    if (!/^(features|segments)\./.test(column)) continue;
    if (segment.startsWith(`${name}:`)) return { column, value: segment.slice(name.length + 1) };
  }
  throw new ServiceError(
    "bad_request",
    "`segment` must be written key:value, with a feature or a segment of the model.",
    {
      reason: "unknown_segment",
    },
  );
}
