import type { z } from "zod";
import { CreateMonitorInput, MonitorRule } from "#server/api/contract.ts";
import type { ModelSchema, Task } from "#server/models/schema.ts";

export type MonitorDraft = z.infer<typeof CreateMonitorInput>;

export interface RecommendArgs {
  readonly model: ModelSchema;
  readonly window?: MonitorRule["window"];
  readonly channels?: readonly string[];
  /** Features worth a monitor each; the first ones of the schema when left out. */
  readonly features?: readonly string[];
  /** The rule's metric over the reference; null where there is none. */
  readonly referenceValue: (rule: MonitorRule) => number | null;
}

/** How far from the reference performance may move before that is news. */
interface Floor {
  readonly metric: string;
  readonly limitFrom: (reference: number) => number;
}
const ABSOLUTE_DROP = 0.05;
const RELATIVE_RISE = 0.1;

const FLOORS: Readonly<Record<Task, Floor | null>> = {
  binary: { metric: "roc_auc", limitFrom: (reference) => reference - ABSOLUTE_DROP },
  multiclass: { metric: "accuracy", limitFrom: (reference) => reference - ABSOLUTE_DROP },
  regression: { metric: "mae", limitFrom: (reference) => reference * (1 + RELATIVE_RISE) },
  ranking: null,
};

const FEATURES_DEFAULT = 3;
const PSI_LIMIT = 0.2;
const NULL_RATE_MARGIN = 0.05;
const NO_DATA_WINDOWS: Readonly<Record<MonitorRule["window"], number>> = {
  "5m": 6,
  "1h": 3,
  "6h": 2,
  "1d": 1,
  "7d": 1,
};

/**
 * A first set for a model with a reference: does it still perform, has its output or a named input moved, do values go
 * missing, does anything come at all. Only performance and silence page: drift explains, it does not wake anybody.
 */
export function recommendMonitors(args: RecommendArgs): MonitorDraft[] {
  const { model, channels = [], window = "1d" } = args;
  const features = (args.features ?? model.features.map((feature) => feature.name)).slice(
    0,
    FEATURES_DEFAULT,
  );
  const rules = [
    performanceFloor(args, window),
    outputDrift(args, window),
    ...features.map((feature) => featureDrift(args, window, feature)),
    missingValues(args, window),
  ].filter((rule) => rule !== null);
  return rules.map((rule) =>
    CreateMonitorInput.parse({ ...rule, model: model.slug, channels: [...channels] }),
  );
}

type RuleDraft = z.input<typeof MonitorRule> & { severity: "page" | "ticket" };

function performanceFloor(
  { model, referenceValue }: RecommendArgs,
  window: MonitorRule["window"],
): RuleDraft | null {
  const floor = FLOORS[model.task];
  if (floor === null) return null;
  const rule = {
    metric: floor.metric,
    op: floor.metric === "mae" ? "above" : "below",
    window,
    minN: 200,
  } as const;
  const reference = referenceValue(MonitorRule.parse({ ...rule, limit: 0 }));
  if (reference === null) return null;
  return { ...rule, limit: roundTo(floor.limitFrom(reference), 2), severity: "page" };
}

function outputDrift(
  { model, referenceValue }: RecommendArgs,
  window: MonitorRule["window"],
): RuleDraft | null {
  if (model.task === "ranking" || !hasReference(referenceValue)) return null;
  // Silence belongs to one monitor, or it would be told once for each.
  return {
    metric: "psi@10",
    feature: "@output",
    op: "above",
    limit: PSI_LIMIT,
    window,
    minN: 500,
    noDataWindows: NO_DATA_WINDOWS[window],
    severity: "ticket",
  };
}

function featureDrift(
  { referenceValue }: RecommendArgs,
  window: MonitorRule["window"],
  feature: string,
): RuleDraft | null {
  if (!hasReference(referenceValue)) return null;
  return { metric: "psi@10", feature, op: "above", limit: PSI_LIMIT, window, minN: 500, severity: "ticket" };
}

/** Over all cells: some above the reference's own share, for which missing values are normal. */
function missingValues({ referenceValue }: RecommendArgs, window: MonitorRule["window"]): RuleDraft {
  const rule = { metric: "null_rate", op: "above", window, minN: 200 } as const;
  const usual = referenceValue(MonitorRule.parse({ ...rule, limit: 0 })) ?? 0;
  return { ...rule, limit: roundTo(Math.min(1, usual + NULL_RATE_MARGIN), 3), severity: "ticket" };
}

/** Missing values are known of every reference, so they tell whether there is one. */
function hasReference(referenceValue: RecommendArgs["referenceValue"]): boolean {
  return referenceValue(MonitorRule.parse({ metric: "null_rate", op: "above", limit: 0 })) !== null;
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
