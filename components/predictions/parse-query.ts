import { nearMatches } from "#server/metrics/near-matches.ts";
import { findField, type QueryField } from "./query-fields.ts";
import { type RawToken, splitQuery, unquote } from "./query-tokens.ts";

type QueryOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "null" | "not-null" | "in" | "not-in";

export interface QueryCondition {
  readonly field: QueryField;
  readonly op: QueryOperator;
  readonly values: readonly string[];
}
export const OUTCOMES = ["tp", "fp", "fn", "tn"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What one word of the query asks for. */
type QueryMeaning =
  | { readonly kind: "condition"; readonly conditions: readonly QueryCondition[] }
  | { readonly kind: "labelled"; readonly labelled: boolean }
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "after" | "before"; readonly at: number }
  | { readonly kind: "problem"; readonly message: string; readonly near: readonly string[] };

export interface QueryToken extends RawToken {
  readonly meaning: QueryMeaning;
}

const WORDS = ["is", "outcome", "id", "after", "before"];
const SHAPE = /^(-?)((?:"[^"]*"|[^:=<>!"])+)(!=|>=|<=|:|=|<|>)([\s\S]*)$/;

const problem = (message: string, near: readonly string[] = []): QueryMeaning => ({
  kind: "problem",
  message,
  near,
});

function readLabelled(value: string): QueryMeaning {
  if (value === "labelled") return { kind: "labelled", labelled: true };
  if (value === "unlabelled") return { kind: "labelled", labelled: false };
  return problem("“is” takes labelled or unlabelled.", nearMatches(value, ["labelled", "unlabelled"]));
}

function readOutcome(value: string, task: string): QueryMeaning {
  if (task !== "binary") return problem("“outcome” works for models with two classes only.");
  const outcome = OUTCOMES.find((known) => known === value.toLowerCase());
  return outcome ? { kind: "outcome", outcome } : problem("“outcome” takes tp, fp, fn or tn.", OUTCOMES);
}

function readInstant(kind: "after" | "before", value: string): QueryMeaning {
  const withZone = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(value) ? `${value}Z` : value;
  const at = Date.parse(withZone);
  return Number.isNaN(at) ? problem(`“${kind}” takes a date such as 2013-03-01.`) : { kind, at };
}

function isNumber(value: string): boolean {
  return value.trim() !== "" && Number.isFinite(Number(value));
}

function condition(field: QueryField, op: QueryOperator, values: readonly string[]): QueryMeaning {
  const bad = field.kind === "number" && values.some((value) => !isNumber(value));
  if (bad) return problem(`${field.name} is a number.`);
  if (field.kind === "category" && ["<", "<=", ">", ">="].includes(op)) {
    return problem(`${field.name} is a category: it has no order, so only : and -…: work.`);
  }
  return { kind: "condition", conditions: [{ field, op, values }] };
}

function readRange(field: QueryField, from: string, to: string): QueryMeaning {
  if (field.kind !== "number") return problem(`${field.name} is a category and has no ranges.`);
  if ((from !== "" && !isNumber(from)) || (to !== "" && !isNumber(to))) {
    return problem(`A range of ${field.name} takes two numbers, such as 10..20.`);
  }
  const conditions: QueryCondition[] = [];
  if (from !== "") conditions.push({ field, op: ">=", values: [from] });
  if (to !== "") conditions.push({ field, op: "<=", values: [to] });
  return { kind: "condition", conditions };
}

function readValue(field: QueryField, raw: string, negative: boolean): QueryMeaning {
  if (raw === "null") return condition({ ...field, kind: "category" }, negative ? "not-null" : "null", []);
  if (raw === "*") return condition({ ...field, kind: "category" }, negative ? "null" : "not-null", []);
  const ordered = /^(>=|<=|>|<)([\s\S]*)$/.exec(raw);
  if (ordered) return readCompared(field, ordered[1] ?? "", ordered[2] ?? "", negative);
  const range = raw.startsWith('"') ? null : /^(.*?)\.\.(.*)$/.exec(raw);
  if (range && !negative) return readRange(field, range[1] ?? "", range[2] ?? "");
  const values = raw.startsWith('"') ? [unquote(raw)] : raw.split("|").map(unquote);
  if (values.length > 1) return condition(field, negative ? "not-in" : "in", values);
  return condition(field, negative ? "!=" : "=", values);
}

const OPPOSITE: Record<string, QueryOperator> = { ">": "<=", ">=": "<", "<": ">=", "<=": ">" };

function readCompared(field: QueryField, op: string, value: string, negative: boolean): QueryMeaning {
  const written = ([">=", "<=", ">", "<"] as const).find((known) => known === op);
  const chosen = negative ? OPPOSITE[op] : written;
  return chosen ? condition(field, chosen, [unquote(value)]) : problem(`“${op}” is not a comparison.`);
}

function readFieldToken(
  fields: readonly QueryField[],
  sign: string,
  name: string,
  op: string,
  raw: string,
): QueryMeaning {
  const field = findField(fields, name);
  if (!field) {
    const names = [...new Set([...fields.map((known) => known.name), ...WORDS])];
    return problem(`There is no field “${name}”.`, nearMatches(name, names));
  }
  if (raw === "") return problem(`Say which ${name}: ${name}:value.`);
  const negative = (sign === "-") !== (op === "!=");
  if (op === ":" || op === "=" || op === "!=") return readValue(field, raw, negative);
  return readCompared(field, op, raw, negative);
}

function readToken(token: RawToken, fields: readonly QueryField[], task: string): QueryMeaning {
  const match = SHAPE.exec(token.text);
  if (!match) return { kind: "id", id: unquote(token.text) };
  const [, sign = "", quotedName = "", op = ":", raw = ""] = match;
  const name = unquote(quotedName);
  const isWord = sign === "" && (op === ":" || op === "=");
  if (isWord && name === "is") return readLabelled(unquote(raw));
  if (isWord && name === "outcome") return readOutcome(unquote(raw), task);
  if (isWord && (name === "id" || name === "prediction_id")) return { kind: "id", id: unquote(raw) };
  if (isWord && (name === "after" || name === "before")) return readInstant(name, unquote(raw));
  return readFieldToken(fields, sign, name, op, raw);
}

/**
 * Reads `carrier:UA temperature:>70 -origin:EWR outcome:fn`, and `distance>500,carrier=B6` as the API writes it.
 * A word that cannot be read says why and is left out of the search; the rest still runs.
 */
export function parseQuery(query: string, fields: readonly QueryField[], task: string): QueryToken[] {
  return splitQuery(query).map((token) => ({ ...token, meaning: readToken(token, fields, task) }));
}
