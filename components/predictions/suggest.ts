import { nearMatches } from "#server/metrics/near-matches.ts";
import { OUTCOMES } from "./parse-query.ts";
import { findField, type QueryField } from "./query-fields.ts";
import { quote } from "./query-tokens.ts";

export interface Suggestion {
  /** What the word becomes. */
  readonly word: string;
  readonly label: string;
  readonly hint: string;
  /** The word is whole: choosing it ends it. */
  readonly whole: boolean;
}

const SHOWN_MAX = 8;

/** What may follow what is typed: names of fields first, then values of the field. */
export function suggest(typed: string, fields: readonly QueryField[], task: string): Suggestion[] {
  const match = /^(-?)([^:=<>!]+)[:=](.*)$/.exec(typed);
  if (match) return suggestValues(match[1] ?? "", match[2] ?? "", match[3] ?? "", fields, task);
  return suggestFields(typed, fields, task);
}

function suggestFields(typed: string, fields: readonly QueryField[], task: string): Suggestion[] {
  const sign = typed.startsWith("-") ? "-" : "";
  const wanted = typed.slice(sign.length).toLowerCase();
  const words = [
    ...fields.map((field) => ({ name: field.name, hint: hintOf(field) })),
    { name: "is", hint: "labelled or unlabelled" },
    ...(task === "binary" ? [{ name: "outcome", hint: "tp, fp, fn, tn" }] : []),
    { name: "id", hint: "prediction id" },
    { name: "after", hint: "a date" },
    { name: "before", hint: "a date" },
  ];
  const starts = words.filter((word) => word.name.toLowerCase().startsWith(wanted));
  const near = nearMatches(
    wanted,
    words.map((word) => word.name),
  );
  const rest =
    wanted === "" ? [] : words.filter((word) => near.includes(word.name) && !starts.includes(word));
  return [...starts, ...rest].slice(0, SHOWN_MAX).map((word) => ({
    word: `${sign}${quote(word.name)}:`,
    label: word.name,
    hint: word.hint,
    whole: false,
  }));
}

function hintOf(field: QueryField): string {
  return field.kind === "number" ? "number: >70, 10..20" : "category";
}

function suggestValues(
  sign: string,
  name: string,
  start: string,
  fields: readonly QueryField[],
  task: string,
): Suggestion[] {
  const field = findField(fields, name.replaceAll('"', ""));
  const values = fixedValues(name, task) ?? field?.values ?? [];
  const wanted = start.replaceAll('"', "").toLowerCase();
  const found = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const nothing = field && "null".startsWith(wanted) ? ["null"] : [];
  return [
    ...found.map((value) => ({
      word: `${sign}${name}:${quote(value)}`,
      label: value,
      hint: "",
      whole: true,
    })),
    ...nothing.map((value) => ({
      word: `${sign}${name}:${value}`,
      label: value,
      hint: "no value",
      whole: true,
    })),
  ].slice(0, SHOWN_MAX);
}

function fixedValues(name: string, task: string): readonly string[] | null {
  if (name === "is") return ["labelled", "unlabelled"];
  return name === "outcome" && task === "binary" ? OUTCOMES : null;
}
