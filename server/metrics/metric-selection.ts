import type { MetricDefinition } from "#server/api/contract.ts";
import { badQuery, shown, unknownName } from "#server/metrics/bad-query.ts";
import { OUTPUT_FEATURE } from "#server/metrics/compute-metric.ts";
import { findMetric, METRIC_IDS } from "#server/metrics/registry.ts";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import type { SummaryPick } from "#server/windows/read-summaries.ts";

/** One line to compute: a metric and what it is about. */
export interface MetricTarget {
  readonly definition: MetricDefinition;
  /** A feature's name, `@output`, or null for the model as a whole. */
  readonly feature: string | null;
}

const EVERY_FEATURE = "*";

/** Metrics × features that a query asks for; refuses names that do not exist and metrics that the task has not. */
export function selectTargets(
  schema: ModelSchema,
  input: { metric: string; feature?: string },
): MetricTarget[] {
  const definitions = metricList(input.metric).map((id) => definitionFor(schema, id));
  const feature = input.feature ?? null;
  const targets = definitions.flatMap((definition) => targetsOf(schema, definition, feature));
  if (targets.length > 0 || feature === null || feature === EVERY_FEATURE) return targets;
  const ids = definitions.map((definition) => definition.id).join(", ");
  throw badQuery(
    "metric_not_for_feature",
    "feature",
    `\`${shown(feature)}\` has no ${ids}: ${typesOf(definitions)}.`,
  );
}

function metricList(text: string): string[] {
  const ids = text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  if (ids.length > 0) return [...new Set(ids)];
  throw badQuery("missing_metric", "metric", "`metric` must name at least one metric, such as volume.");
}

export function definitionFor(schema: ModelSchema, id: string): MetricDefinition {
  const definition = findMetric(id);
  if (definition === null) throw unknownName("metric", id, METRIC_IDS);
  if (definition.tasks.includes(schema.task)) return definition;
  throw badQuery(
    "metric_not_for_task",
    "metric",
    `\`${id}\` is not defined for a ${schema.task} model; it is for ${definition.tasks.join(" and ")}.`,
  );
}

function targetsOf(
  schema: ModelSchema,
  definition: MetricDefinition,
  feature: string | null,
): MetricTarget[] {
  if (!definition.perFeature) return [{ definition, feature: null }];
  if (feature === EVERY_FEATURE) {
    return schema.features
      .filter((candidate) => isFor(definition, candidate))
      .map(({ name }) => ({ definition, feature: name }));
  }
  if (feature === null) {
    return [{ definition, feature: definition.group === "drift" ? OUTPUT_FEATURE : null }];
  }
  if (feature === OUTPUT_FEATURE) return definition.group === "drift" ? [{ definition, feature }] : [];
  const known = schema.features.find(({ name }) => name === feature);
  if (known === undefined) {
    const names = schema.features.map(({ name }) => name);
    throw unknownName("feature", feature, [...names, OUTPUT_FEATURE], ` of \`${schema.slug}\``);
  }
  return isFor(definition, known) ? [{ definition, feature }] : [];
}

function isFor({ featureTypes }: MetricDefinition, { type }: FeatureSchema): boolean {
  return featureTypes === undefined || featureTypes.includes(type);
}

function typesOf(definitions: readonly MetricDefinition[]): string {
  const types = new Set(definitions.flatMap(({ featureTypes }) => featureTypes ?? []));
  const words = [...types].map((type) => (type === "number" ? "numbers" : "categories"));
  return words.length === 0 ? "that is for features" : `that is for ${words.join(" and ")}`;
}

/** Metrics of features that counts alone tell; most of what a window holds besides is never read for them. */
const COUNTS_ALONE: ReadonlySet<string> = new Set([
  "psi@10",
  "js",
  "tv",
  "chi2",
  "ks",
  "null_rate",
  "new_category_rate",
]);

/** What of the summaries these targets read. */
export function pickFor(schema: ModelSchema, targets: readonly MetricTarget[]): SummaryPick {
  const whole = targets.some(({ definition, feature }) => definition.perFeature && feature === null);
  const named = targets.flatMap(({ feature }) =>
    feature === null || feature === OUTPUT_FEATURE ? [] : [feature],
  );
  return {
    features: whole ? schema.features.map(({ name }) => name) : named,
    output: targets.some(({ definition, feature }) => definition.needsLabels || feature === OUTPUT_FEATURE),
    latency: targets.some(({ definition }) => definition.id.startsWith("latency_")),
    moments: targets.some(({ definition }) => !COUNTS_ALONE.has(definition.id) && definition.perFeature),
  };
}

/** Drift and new categories are told from a version's own reference and bins, so versions are never merged for them. */
export function isPerVersion({ definition }: MetricTarget): boolean {
  return definition.needsReference;
}
