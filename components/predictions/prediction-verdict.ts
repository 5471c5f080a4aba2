import { className, decisionOf, errorOf, OUTCOME_LONG, outcomeOf } from "#components/predictions/outcome.ts";
import { change, fixed, quantity } from "#components/ui/format.ts";
import { durationText } from "#components/ui/time.ts";
import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";

export interface Verdict {
  readonly say: string;
  readonly more: string;
}

/** One sentence on what the model said and what was true. */
export function verdictOf(row: PredictionRow, model: ModelDetail): Verdict {
  switch (model.task) {
    case "binary":
      return binaryVerdict(row, model);
    case "multiclass":
      return classVerdict(row, model);
    case "regression":
      return numberVerdict(row);
    case "ranking":
      return { say: `Ranked ${row.output.items?.length ?? 0} items.`, more: labelWords(row) };
  }
}

function binaryVerdict(row: PredictionRow, model: ModelDetail): Verdict {
  const score = row.output.probability;
  const decision = decisionOf(row, model);
  const positive = model.positiveClass ?? "positive";
  const called =
    row.output.value != null
      ? `“${row.output.value}”`
      : decision === null
        ? "nothing"
        : decision
          ? positive
          : `not ${positive}`;
  const at = typeof score === "number" ? ` at ${fixed(score, 3)}` : "";
  const truth = row.label === null ? "no label yet" : `it was ${className(row.label.value, model)}`;
  const outcome = outcomeOf(row, model);
  return {
    say: `Called ${called}${at}; ${truth}.`,
    more: `${outcome === null ? "" : `${OUTCOME_LONG[outcome]} `}Decision threshold ${model.threshold}.`,
  };
}

function classVerdict(row: PredictionRow, model: ModelDetail): Verdict {
  const value = row.output.value ?? "nothing";
  const truth = row.label === null ? "no label yet" : `it was “${className(row.label.value, model)}”`;
  const right = row.label !== null && String(row.label.value) === String(value);
  return {
    say: `Called “${value}”; ${truth}.`,
    more: row.label === null ? "No label has come yet." : right ? "A right decision." : "A wrong decision.",
  };
}

function numberVerdict(row: PredictionRow): Verdict {
  const value = row.output.value;
  const shown = typeof value === "number" ? quantity(value) : "nothing";
  const error = errorOf(row);
  if (row.label === null || error === null)
    return { say: `Predicted ${shown}; no label yet.`, more: labelWords(row) };
  const word =
    error === 0 ? "exactly right" : `${quantity(Math.abs(error))} too ${error > 0 ? "high" : "low"}`;
  return {
    say: `Predicted ${shown}; it was ${quantity(Number(row.label.value))}.`,
    more: `The prediction was ${word} (error ${change(error)}).`,
  };
}

/** How long the truth took to come. */
export function labelDelay(row: PredictionRow): string | null {
  if (row.label === null) return null;
  const delayMs = Date.parse(row.label.received_at) - Date.parse(row.ts);
  return Number.isFinite(delayMs) && delayMs >= 0 ? durationText(delayMs) : null;
}

function labelWords(row: PredictionRow): string {
  return row.label === null ? "No label has come yet." : `The label is ${row.label.value}.`;
}
