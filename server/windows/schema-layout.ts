import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import { OPEN_CATEGORIES } from "#server/windows/category-bins.ts";
import type { FeatureLayout, Layout } from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";

/** The first layout of a version: fixed grids and open lists. */
export function firstLayout(schema: ModelSchema, version: string): Layout {
  const keys = segmentKeys(schema);
  return {
    modelId: schema.modelId,
    version,
    generation: 1,
    task: schema.task,
    windowMs: schema.windowMs,
    positiveClass: schema.positiveClass,
    threshold: schema.threshold,
    features: schema.features.map(openFeature),
    segmentKeys: keys,
    segmentValues: keys.map(() => []),
    classes: [],
    output: schema.task === "regression" ? { bins: LOG_GRID, range: null } : null,
    ...(schema.task === "ranking" ? JUDGES_LISTS : {}),
    refId: null,
  };
}

const JUDGES_LISTS = { judgesLists: true } as const;

function openFeature(feature: FeatureSchema): FeatureLayout {
  const bins = feature.type === "number" ? LOG_GRID : OPEN_CATEGORIES;
  return { name: feature.name, type: feature.type, bins, range: null };
}

/** Features declared segments, then dimensions; one name is one key. */
export function segmentKeys(schema: ModelSchema): string[] {
  const declared = schema.features.filter((feature) => feature.segment).map((feature) => feature.name);
  return [...new Set([...declared, ...schema.dimensions])];
}

/**
 * The layout that follows a change of the model's record. New features and keys are appended; anything that makes
 * rows fold differently than before begins a new generation. The same object when nothing changed.
 */
export function adoptSchema(layout: Layout, schema: ModelSchema): Layout {
  return needsRebuild(layout, schema) ? rebuilt(layout, schema) : extended(layout, schema);
}

function needsRebuild(layout: Layout, schema: ModelSchema): boolean {
  const types = new Map(schema.features.map((feature) => [feature.name, feature.type]));
  const retyped = layout.features.some(({ name, type }) => (types.get(name) ?? type) !== type);
  const decides = layout.positiveClass !== schema.positiveClass || layout.threshold !== schema.threshold;
  const judgesNoLists = layout.task === "ranking" && layout.judgesLists !== true;
  return retyped || judgesNoLists || (layout.task === "binary" && decides) || keysChanged(layout, schema);
}

/** A known feature became a segment, or a segment ceased to be one: its past has to follow. */
function keysChanged(layout: Layout, schema: ModelSchema): boolean {
  const wanted = new Set(segmentKeys(schema));
  const known = new Set(layout.segmentKeys);
  if (layout.segmentKeys.some((key) => !wanted.has(key))) return true;
  const features = new Set(layout.features.map((feature) => feature.name));
  return [...wanted].some((key) => !known.has(key) && features.has(key));
}

function extended(layout: Layout, schema: ModelSchema): Layout {
  const known = new Set(layout.features.map((feature) => feature.name));
  const features = schema.features.filter((feature) => !known.has(feature.name)).map(openFeature);
  const keys = segmentKeys(schema).filter((key) => !layout.segmentKeys.includes(key));
  const decides =
    layout.positiveClass !== schema.positiveClass || layout.threshold !== schema.threshold
      ? { positiveClass: schema.positiveClass, threshold: schema.threshold }
      : null;
  if (features.length === 0 && keys.length === 0 && decides === null) return layout;
  return {
    ...layout,
    ...decides,
    features: [...layout.features, ...features],
    segmentKeys: [...layout.segmentKeys, ...keys],
    segmentValues: [...layout.segmentValues, ...keys.map(() => [])],
  };
}

function rebuilt(layout: Layout, schema: ModelSchema): Layout {
  const types = new Map(schema.features.map((feature) => [feature.name, feature]));
  const kept = layout.features.map((feature) => {
    const declared = types.get(feature.name);
    return declared === undefined || declared.type === feature.type ? feature : openFeature(declared);
  });
  const keys = segmentKeys(schema);
  const values = new Map(layout.segmentKeys.map((key, index) => [key, layout.segmentValues[index] ?? []]));
  return extended(
    {
      ...layout,
      ...(layout.task === "ranking" ? JUDGES_LISTS : {}),
      generation: layout.generation + 1,
      positiveClass: schema.positiveClass,
      threshold: schema.threshold,
      features: kept,
      segmentKeys: keys,
      segmentValues: keys.map((key) => values.get(key) ?? []),
    },
    schema,
  );
}

/** The layout that follows a reference: its bins and names, then what only the live rows have. */
export function adoptReference(layout: Layout, reference: Layout): Layout {
  const values = new Map(
    reference.segmentKeys.map((key, index) => [key, reference.segmentValues[index] ?? []]),
  );
  const before = new Map(layout.features.map((feature) => [feature.name, feature.type]));
  const adopted = reference.features.filter(({ name, type }) => (before.get(name) ?? type) === type);
  const names = new Set(adopted.map((feature) => feature.name));
  const rest = layout.features.filter((feature) => !names.has(feature.name));
  return {
    ...layout,
    generation: layout.generation + 1,
    features: [...adopted, ...rest.map(withoutReference)],
    segmentValues: layout.segmentKeys.map((key) => values.get(key) ?? []),
    classes: reference.classes,
    output: reference.output,
    refId: reference.refId,
  };
}

/** Bins of an earlier reference mean nothing beside the new one. */
function withoutReference(feature: FeatureLayout): FeatureLayout {
  return openFeature({ name: feature.name, type: feature.type, segment: false });
}
