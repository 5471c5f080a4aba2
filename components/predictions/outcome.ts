import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";
import { readBinaryClass } from "#server/models/binary-class.ts";
import type { Outcome } from "./parse-query.ts";

type Decider = Pick<ModelDetail, "task" | "positiveClass" | "threshold">;

/** The decision as it was logged, else as the model's threshold makes it; null when the row says neither. */
export function decisionOf(row: PredictionRow, model: Decider): boolean | null {
  const logged = row.output.value;
  if (logged !== undefined && logged !== null) return readBinaryClass(String(logged), model.positiveClass);
  const score = row.output.probability;
  return score === undefined || score === null ? null : score >= model.threshold;
}

/** `waiting` until a label comes; null where there are no two classes, or one of them cannot be read. */
export function outcomeOf(row: PredictionRow, model: Decider): Outcome | "waiting" | null {
  if (model.task !== "binary") return null;
  if (row.label === null) return "waiting";
  const truth = readBinaryClass(String(row.label.value), model.positiveClass);
  const called = decisionOf(row, model);
  if (truth === null || called === null) return null;
  if (truth) return called ? "tp" : "fn";
  return called ? "fp" : "tn";
}

export const OUTCOME_WORDS: Record<Outcome | "waiting", string> = {
  tp: "caught",
  fn: "missed",
  fp: "false alarm",
  tn: "right",
  waiting: "waiting",
};
export const OUTCOME_LONG: Record<Outcome | "waiting", string> = {
  tp: "A true positive: called so, and it was.",
  fn: "A false negative: it was, and was not called so.",
  fp: "A false positive: called so, and it was not.",
  tn: "A true negative: not called so, and it was not.",
  waiting: "No label has come yet.",
};

/** How the positive class is called; a label says 1 or true where the model has a name for it. */
export function className(text: string | number, model: Decider): string {
  if (model.task !== "binary" || model.positiveClass === null) return String(text);
  const positive = readBinaryClass(String(text), model.positiveClass);
  if (positive === true) return model.positiveClass;
  const bare = ["0", "1", "true", "false"].includes(String(text));
  return bare && positive === false ? `not ${model.positiveClass}` : String(text);
}

/** How far a regression was off: prediction less label. */
export function errorOf(row: PredictionRow): number | null {
  const value = row.output.value;
  const label = row.label?.value;
  return typeof value === "number" && typeof label === "number" ? value - label : null;
}
