import type { ModelDetail } from "#server/api/contract.ts";

/** Something a prediction can be searched by. `column` is its name in the `where` of the API. */
export interface QueryField {
  readonly name: string;
  readonly column: string;
  readonly kind: "number" | "category";
  readonly group: "output" | "feature" | "segment" | "delivery";
  /** Values worth offering, most rows first. */
  readonly values: readonly string[];
}

type FieldSource = Pick<ModelDetail, "task" | "features" | "segments" | "positiveClass">;

function outputFields(model: FieldSource): QueryField[] {
  const field = (name: string, column: string, kind: "number" | "category"): QueryField => ({
    name,
    column,
    kind,
    group: "output",
    values: [],
  });
  const label = field("label", "label", model.task === "regression" ? "number" : "category");
  switch (model.task) {
    case "binary":
      return [
        field("score", "output.probability", "number"),
        field("decision", "output.value", "category"),
        label,
      ];
    case "multiclass":
      return [field("decision", "output.value", "category"), label];
    case "regression":
      return [field("prediction", "output.value", "number"), label];
    case "ranking":
      return [label];
  }
}

/** Every field of a model, in the order of the filter panel. A segment that is also a feature appears once. */
export function queryFields(model: FieldSource): QueryField[] {
  const values = new Map(model.segments.map((segment) => [segment.key, segment.values]));
  const features = model.features.map(
    (feature): QueryField => ({
      name: feature.name,
      column: `features.${feature.name}`,
      kind: feature.type,
      group: "feature",
      values: values.get(feature.name) ?? [],
    }),
  );
  const known = new Set(model.features.map((feature) => feature.name));
  const segments = model.segments
    .filter((segment) => !known.has(segment.key))
    .map(
      (segment): QueryField => ({
        name: segment.key,
        column: `segments.${segment.key}`,
        kind: "category",
        group: "segment",
        values: segment.values,
      }),
    );
  const latency: QueryField = {
    name: "latency",
    column: "latency_ms",
    kind: "number",
    group: "delivery",
    values: [],
  };
  return [...outputFields(model), ...features, ...segments, latency];
}

/** Finds a field by its short name, its column, or the column's last part; features win over the rest on a tie. */
export function findField(fields: readonly QueryField[], name: string): QueryField | null {
  const wanted = name.toLowerCase();
  const exact = fields.find((field) => field.column.toLowerCase() === wanted);
  if (exact) return exact;
  const sameName = fields.filter((field) => field.name.toLowerCase() === wanted);
  return sameName.find((field) => field.group === "feature") ?? sameName[0] ?? null;
}
