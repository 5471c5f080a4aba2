import type { MetricDefinition, MonitorRule } from "#server/api/contract.ts";
import { type FieldError, ServiceError } from "#server/kernel/errors.ts";
import { evidenceMetrics, evidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { meant, nearMatches } from "#server/metrics/near-matches.ts";
import { findMetric, metricsNear } from "#server/metrics/registry.ts";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import { formatWindowWidth } from "#server/models/window-width.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

/** Refuses a rule that could never be computed for this model, naming every field that stands in the way. */
export function validateRule(rule: MonitorRule, model: ModelSchema): void {
  const metric = findMetric(rule.metric);
  const problems =
    metric === null
      ? [unknownMetric(rule.metric)]
      : [
          taskProblem(metric, model),
          featureProblem(rule.feature, metric, model),
          segmentProblem(rule.segment, model),
          windowProblem(rule, model),
          limitProblem(rule, metric),
          clearProblem(rule),
          evidenceProblem(rule, metric, model),
        ].filter((problem) => problem !== null);
  const [first] = problems;
  if (first === undefined) return;
  throw new ServiceError("bad_request", problems.map((problem) => problem.message).join(" "), {
    reason: first.code,
    errors: problems,
  });
}

function problem(path: string, code: string, message: string): FieldError {
  return { path, code, message };
}

function unknownMetric(id: string): FieldError {
  return problem("metric", "unknown_metric", `There is no metric of that id.${meant(metricsNear(id))}`);
}

function taskProblem(metric: MetricDefinition, model: ModelSchema): FieldError | null {
  if (metric.tasks.includes(model.task)) return null;
  return problem(
    "metric",
    "metric_not_for_task",
    `${metric.label} is for ${metric.tasks.join(" and ")} models; ${model.slug} is a ${model.task} model.`,
  );
}

function featureProblem(
  name: string | null,
  metric: MetricDefinition,
  model: ModelSchema,
): FieldError | null {
  if (!metric.perFeature) {
    return name === null
      ? null
      : problem("feature", "feature_not_used", `${metric.label} is of the model and takes no \`feature\`.`);
  }
  if (name === null) {
    const needsOne = metric.needsReference;
    return needsOne
      ? problem(
          "feature",
          "feature_missing",
          `${metric.label} needs a \`feature\`, or \`@output\` for the prediction.`,
        )
      : null;
  }
  if (name === "@output") {
    return metric.needsReference
      ? null
      : problem(
          "feature",
          "unknown_feature",
          `${metric.label} is not kept of the prediction; name a feature.`,
        );
  }
  const feature = model.features.find((entry) => entry.name === name);
  if (feature === undefined) {
    const near = nearMatches(
      name,
      model.features.map((entry) => entry.name),
    );
    return problem("feature", "unknown_feature", `${model.slug} has no feature of that name.${meant(near)}`);
  }
  return typeProblem(feature, metric);
}

function typeProblem(feature: FeatureSchema, metric: MetricDefinition): FieldError | null {
  const types = metric.featureTypes;
  if (types === undefined || types === null || types.includes(feature.type)) return null;
  return problem(
    "feature",
    "feature_type",
    `${metric.label} is for features of type ${types.join(" or ")}; ${feature.name} is a ${feature.type}.`,
  );
}

function segmentProblem(segment: string | null, model: ModelSchema): FieldError | null {
  if (segment === null) return null;
  const at = segment.indexOf(":");
  if (at < 1) return problem("segment", "bad_segment", "Write a segment as `key:value`.");
  const keys = [
    ...model.features.filter((feature) => feature.segment).map((feature) => feature.name),
    ...model.dimensions,
  ];
  const key = segment.slice(0, at);
  if (keys.includes(key)) return null;
  return problem(
    "segment",
    "unknown_segment",
    `${model.slug} keeps no segments by that key.${meant(nearMatches(key, keys))}`,
  );
}

function windowProblem(rule: MonitorRule, model: ModelSchema): FieldError | null {
  const widthMs = windowWidthMs(rule);
  if (widthMs >= model.windowMs && widthMs % model.windowMs === 0) return null;
  const least = formatWindowWidth(model.windowMs);
  return problem(
    "window",
    "window_too_small",
    `${model.slug} keeps windows of ${least}; choose ${least} or a longer one.`,
  );
}

function limitProblem(rule: MonitorRule, metric: MetricDefinition): FieldError | null {
  const [least, most] = metric.range;
  const tooLow = least !== null && rule.limit < least;
  const tooHigh = most !== null && rule.limit > most;
  if (!tooLow && !tooHigh) return null;
  const range = most === null ? `at least ${least}` : `between ${least ?? "−∞"} and ${most}`;
  return problem(
    "limit",
    "limit_out_of_range",
    `Limit must be ${range}; ${metric.label} has no other values.`,
  );
}

/** Evidence can be gathered against shares, tolerated drift and mean losses, each in the direction that is bad. */
function evidenceProblem(rule: MonitorRule, metric: MetricDefinition, model: ModelSchema): FieldError | null {
  if (rule.decide !== "evidence" || !metric.tasks.includes(model.task)) return null;
  if (evidenceTest(rule, model.task) !== null) return null;
  const can = evidenceMetrics(model.task);
  if (can.includes(rule.metric)) {
    return problem(
      "op",
      "no_evidence_for_side",
      `Evidence on ${metric.label} is gathered in the direction that is bad, and not against a limit of 0; turn \`op\` round or decide by window.`,
    );
  }
  return problem(
    "decide",
    "no_evidence_for_metric",
    `No evidence can be gathered on ${metric.label}; decide by window, or watch one of ${can.join(", ")}.`,
  );
}

/** Clear beyond the limit would resolve an alert that still breaches. */
function clearProblem(rule: MonitorRule): FieldError | null {
  if (rule.clear === null) return null;
  const isBeyond = rule.op === "above" ? rule.clear > rule.limit : rule.clear < rule.limit;
  if (!isBeyond) return null;
  const side = rule.op === "above" ? "at or below" : "at or above";
  return problem("clear", "clear_beyond_limit", `Clear must be ${side} the limit.`);
}
