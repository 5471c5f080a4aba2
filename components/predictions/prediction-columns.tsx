import type { ReactNode } from "react";
import { className, errorOf, OUTCOME_WORDS, outcomeOf } from "#components/predictions/outcome.ts";
import { fixed, NOTHING, quantity } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";

export interface PredictionColumn {
  readonly id: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly cell: (row: PredictionRow) => ReactNode;
}

const text = (value: string | number | null | undefined): ReactNode =>
  value === null || value === undefined ? <span className="subtle">{NOTHING}</span> : String(value);
const number = (value: number | null | undefined): ReactNode =>
  value === null || value === undefined ? <span className="subtle">{NOTHING}</span> : quantity(value);

function column(
  id: string,
  title: string,
  numeric: boolean,
  cell: (row: PredictionRow) => ReactNode,
): PredictionColumn {
  return { id, title, numeric, cell };
}

function ScoreBar({ score, threshold }: { score: number; threshold: number }) {
  const scale = Math.max(2 * threshold, 0.5);
  return (
    <span className="scorebar" aria-hidden="true">
      <i style={{ width: `${100 * Math.min(1, score / scale)}%` }} />
      <u style={{ left: `${100 * Math.min(1, threshold / scale)}%` }} />
    </span>
  );
}

function outputColumns(model: ModelDetail): PredictionColumn[] {
  const label = column("label", "Label", model.task === "regression", (row) =>
    row.label === null
      ? text(null)
      : typeof row.label.value === "number" && model.task === "regression"
        ? number(row.label.value)
        : className(row.label.value, model),
  );
  switch (model.task) {
    case "binary":
      return [
        column("score", "Score", false, (row) =>
          typeof row.output.probability === "number" ? (
            <>
              <ScoreBar score={row.output.probability} threshold={model.threshold} />
              {fixed(row.output.probability, 3)}
            </>
          ) : (
            text(null)
          ),
        ),
        column("decision", "Decision", false, (row) => text(row.output.value)),
        label,
        column("outcome", "Outcome", false, (row) => <OutcomeCell row={row} model={model} />),
      ];
    case "multiclass":
      return [
        column("decision", "Decision", false, (row) => text(row.output.value)),
        column("confidence", "Probability", true, (row) => number(probabilityOf(row))),
        label,
      ];
    case "regression":
      return [
        column("prediction", "Prediction", true, (row) =>
          typeof row.output.value === "number" ? number(row.output.value) : text(row.output.value),
        ),
        label,
        column("error", "Error", true, (row) => number(errorOf(row))),
      ];
    case "ranking":
      return [
        column("items", "First items", false, (row) => text(row.output.items?.slice(0, 3).join(", "))),
        label,
      ];
  }
}

function probabilityOf(row: PredictionRow): number | null {
  const value = row.output.value;
  return value === null || value === undefined ? null : (row.output.probabilities?.[String(value)] ?? null);
}

function OutcomeCell({ row, model }: { row: PredictionRow; model: ModelDetail }) {
  const outcome = outcomeOf(row, model);
  if (outcome === null) return text(null);
  const wrong = outcome === "fn" || outcome === "fp";
  const icon = outcome === "waiting" ? "wait" : wrong ? "fail" : "ok";
  return (
    <span className={wrong ? "outcome" : "outcome muted"}>
      <Icon name={icon} size="s" /> {OUTCOME_WORDS[outcome]}
    </span>
  );
}

/** All columns that a model's rows can show; time and id are always there. */
export function predictionColumns(model: ModelDetail): PredictionColumn[] {
  const features = new Set(model.features.map((feature) => feature.name));
  return [
    ...outputColumns(model),
    column("version", "Version", false, (row) => row.version),
    column("latency", "Latency", true, (row) =>
      row.latency_ms === null ? text(null) : `${quantity(Math.round(row.latency_ms * 10) / 10)} ms`,
    ),
    ...model.segments
      .filter((segment) => !features.has(segment.key))
      .map((segment) => column(segment.key, segment.key, false, (row) => text(row.segments[segment.key]))),
    ...model.features.map((feature) =>
      column(feature.name, feature.name, feature.type === "number", (row) => {
        const value = row.features[feature.name];
        return typeof value === "number" ? number(value) : text(value);
      }),
    ),
  ];
}

/** What is shown until somebody chooses: outputs, and the features that are segments. */
export function usualColumns(model: ModelDetail): string[] {
  const outputs = outputColumns(model).map((one) => one.id);
  const segments = model.segments.map((segment) => segment.key).slice(0, 3);
  return [...outputs, ...segments];
}

export function chosenColumns(model: ModelDetail, ids: readonly string[] | null): PredictionColumn[] {
  const wanted = ids ?? usualColumns(model);
  const all = predictionColumns(model);
  return wanted.flatMap((id) => all.find((one) => one.id === id) ?? []);
}
