import type { ModelDetail } from "#server/api/contract.ts";
import type { Outcome, QueryCondition, QueryToken } from "./parse-query.ts";

/** The part of a `predictions.search` input that the query decides. */
export interface SearchConditions {
  readonly where?: string;
  readonly labelled?: boolean;
  readonly id?: string;
  readonly after?: number;
  readonly before?: number;
}

export interface OutcomeContext {
  readonly positiveClass: string | null;
  readonly threshold: number;
  /** Rows carry a decision of their own; else it is made at the threshold. */
  readonly decisionsLogged: boolean;
}

function whereValue(value: string): string {
  return /[,|"\\\s]/.test(value) || value === "" || value === "null"
    ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
    : value;
}

function writeCondition(condition: QueryCondition): string[] {
  const column = condition.field.column;
  const values = condition.values.map(whereValue);
  switch (condition.op) {
    case "null":
      return [`${column}=null`];
    case "not-null":
      return [`${column}!=null`];
    case "in":
      return [`${column}=${values.join("|")}`];
    case "not-in":
      return values.map((value) => `${column}!=${value}`);
    default:
      return [`${column}${condition.op}${values[0] ?? ""}`];
  }
}

/** Labels say late, 1 or true; each is a way to write the positive class. */
function positiveTexts(positiveClass: string | null): string[] {
  return [...new Set([positiveClass ?? "1", "1", "true"])].filter(
    (text) => positiveClass === null || !["0", "false"].includes(positiveClass) || text === positiveClass,
  );
}

function outcomeConditions(outcome: Outcome, context: OutcomeContext): string[] {
  const positive = outcome === "tp" || outcome === "fn";
  const called = outcome === "tp" || outcome === "fp";
  const texts = positiveTexts(context.positiveClass).map(whereValue);
  const label = positive ? [`label=${texts.join("|")}`] : texts.map((text) => `label!=${text}`);
  if (!context.decisionsLogged)
    return [...label, `output.probability${called ? ">=" : "<"}${context.threshold}`];
  const decision = called
    ? [`output.value=${texts.join("|")}`]
    : texts.map((text) => `output.value!=${text}`);
  return [...label, ...decision];
}

/** What is asked of the server: words that could not be read are left out. */
export function searchConditions(tokens: readonly QueryToken[], context: OutcomeContext): SearchConditions {
  const where: string[] = [];
  const found: { labelled?: boolean; id?: string; after?: number; before?: number } = {};
  for (const { meaning } of tokens) {
    if (meaning.kind === "condition") where.push(...meaning.conditions.flatMap(writeCondition));
    if (meaning.kind === "labelled") found.labelled = meaning.labelled;
    if (meaning.kind === "id") found.id = meaning.id;
    if (meaning.kind === "after") found.after = Math.max(found.after ?? meaning.at, meaning.at);
    if (meaning.kind === "before") found.before = Math.min(found.before ?? meaning.at, meaning.at);
    if (meaning.kind === "outcome") {
      found.labelled = true;
      where.push(...outcomeConditions(meaning.outcome, context));
    }
  }
  return where.length > 0 ? { ...found, where: where.join(",") } : found;
}

export function outcomeContext(
  model: Pick<ModelDetail, "positiveClass" | "threshold">,
  decisionsLogged: boolean,
): OutcomeContext {
  return { positiveClass: model.positiveClass, threshold: model.threshold, decisionsLogged };
}
