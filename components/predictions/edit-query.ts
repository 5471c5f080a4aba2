import type { QueryToken } from "./parse-query.ts";
import type { QueryField } from "./query-fields.ts";
import { quote, splitQuery } from "./query-tokens.ts";

/** Takes one word out of the query. */
export function removeToken(query: string, index: number): string {
  return splitQuery(query)
    .filter((_, at) => at !== index)
    .map((token) => token.text)
    .join(" ");
}

/** Adds a word at the end; one that is there already is not repeated. */
export function addToken(query: string, word: string): string {
  const words = splitQuery(query).map((token) => token.text);
  return words.includes(word) ? words.join(" ") : [...words, word].join(" ");
}

function speaksOf(token: QueryToken, field: QueryField): boolean {
  return (
    token.meaning.kind === "condition" &&
    token.meaning.conditions.every((condition) => condition.field.column === field.column)
  );
}

/** Replaces what the query says of a field; null takes it out. Other words keep their place. */
export function setField(tokens: readonly QueryToken[], field: QueryField, word: string | null): string {
  const kept = tokens.filter((token) => !speaksOf(token, field)).map((token) => token.text);
  return (word === null ? kept : [...kept, word]).join(" ");
}

/** `carrier:UA`, with quotes where the value needs them; a field whose name is not unique is written in full. */
export function fieldWord(field: QueryField, value: string | number | null, unique = true): string {
  const name = unique ? field.name : field.column;
  return `${quote(name)}:${value === null ? "null" : quote(String(value))}`;
}

/** What the filter panel writes for a choice of values: none, one, or any of several. */
export function valuesWord(field: QueryField, values: readonly string[]): string | null {
  if (values.length === 0) return null;
  return `${quote(field.name)}:${values.map(quote).join("|")}`;
}

/** What the filter panel writes for a pair of bounds, either of which may be empty. */
export function rangeWord(field: QueryField, from: string, to: string): string | null {
  const [low, high] = [from.trim(), to.trim()];
  if (low === "" && high === "") return null;
  return `${quote(field.name)}:${low}..${high}`;
}

/** What the query now says of a field, for the filter panel's controls. */
export function fieldState(
  tokens: readonly QueryToken[],
  field: QueryField,
): { values: readonly string[]; from: string; to: string } {
  const state = { values: [] as readonly string[], from: "", to: "" };
  for (const token of tokens) {
    if (token.meaning.kind !== "condition" || !speaksOf(token, field)) continue;
    for (const condition of token.meaning.conditions) {
      const first = condition.values[0] ?? "";
      if (condition.op === "=" || condition.op === "in") state.values = condition.values;
      if (condition.op === ">=" || condition.op === ">") state.from = first;
      if (condition.op === "<=" || condition.op === "<") state.to = first;
    }
  }
  return state;
}
