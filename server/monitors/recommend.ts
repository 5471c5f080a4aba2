import type { z } from "zod";
import { CreateMonitorInput, type MonitorRule } from "#server/api/contract.ts";
import { evidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import type { FeatureSchema, ModelSchema, Task } from "#server/models/schema.ts";

export type MonitorDraft = z.infer<typeof CreateMonitorInput>;

/** A first monitor, and where its limit comes from. */
export interface Recommendation {
  readonly draft: MonitorDraft;
  readonly because: string;
}

/** The rule's metric over the reference, with the ends of its interval. */
export interface Baseline {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

export interface RecommendArgs {
  readonly model: ModelSchema;
  readonly window?: MonitorRule["window"];
  readonly channels?: readonly string[];
  /** Null where there is no reference, or it cannot tell. */
  readonly baseline: (target: { metric: string; feature: string | null }) => Baseline | null;
  readonly hasReference: boolean;
}

/** How far beyond what the reference leaves open performance may move before that is news. */
const FLOORS: Readonly<Record<Task, { metric: string; limitFrom: (baseline: Baseline) => number } | null>> = {
  binary: { metric: "roc_auc", limitFrom: ({ lo }) => lo - 0.02 },
  multiclass: { metric: "accuracy", limitFrom: ({ lo }) => lo - 0.02 },
  regression: { metric: "mae", limitFrom: ({ hi }) => hi * 1.1 },
  ranking: null,
};

const DRIFT_TOLERANCE = 0.05;
const RARE_TOLERANCE = 0.001;
/** A column that often lacks its value wanders more. */
const OFTEN = 0.01;
const OFTEN_TOLERANCE = 0.01;
/** A day or a week of clean windows before an alert resolves, so that it does not come and go with the hour or weekday. */
const KEEP_WINDOWS: Readonly<Record<MonitorRule["window"], number>> = {
  "5m": 36,
  "1h": 24,
  "6h": 28,
  "1d": 7,
  "7d": 2,
};

const NO_DATA_WINDOWS: Readonly<Record<MonitorRule["window"], number>> = {
  "5m": 6,
  "1h": 3,
  "6h": 2,
  "1d": 1,
  "7d": 1,
};

type RuleDraft = z.input<typeof MonitorRule> & { severity: "page" | "ticket"; because: string };

/**
 * A first set that shares the model's false-alarm budget: does it still perform, have its output or inputs moved, do values
 * go missing, come new ones, does anything come at all. Only performance pages: drift explains, it wakes nobody.
 */
export function recommendMonitors(args: RecommendArgs): Recommendation[] {
  const { model, channels = [], window = "1d" } = args;
  const rules = [
    performanceFloor(args),
    outputDrift(args, window),
    ...model.features.flatMap((feature) => featureRules(args, feature)),
  ].filter((rule) => rule !== null);
  return rules
    .filter((rule) => evidenceTest(rule, model.task) !== null)
    .map(({ because, ...rule }) => ({
      because,
      draft: CreateMonitorInput.parse({
        ...rule,
        window,
        decide: "evidence",
        keepWindows: KEEP_WINDOWS[window],
        model: model.slug,
        channels: [...channels],
      }),
    }));
}

function performanceFloor({ model, baseline }: RecommendArgs): RuleDraft | null {
  const floor = FLOORS[model.task];
  const known = floor === null ? null : baseline({ metric: floor.metric, feature: null });
  if (floor === null || known === null) return null;
  const isError = floor.metric === "mae";
  return {
    metric: floor.metric,
    op: isError ? "above" : "below",
    limit: isError ? roundTo(floor.limitFrom(known), 2) : roundTo(floor.limitFrom(known), 3),
    severity: "page",
    because: isError
      ? "10 % above what the reference's interval leaves open"
      : "0.02 below what the reference's interval leaves open",
  };
}

function outputDrift(
  { model, hasReference }: RecommendArgs,
  window: MonitorRule["window"],
): RuleDraft | null {
  if (model.task === "ranking" || !hasReference) return null;
  // Silence belongs to one monitor, or it would be told once for each.
  return { ...drift("@output"), noDataWindows: NO_DATA_WINDOWS[window] };
}

function drift(feature: string): RuleDraft {
  return {
    metric: "tv",
    feature,
    op: "above",
    limit: DRIFT_TOLERANCE,
    severity: "ticket",
    because: "5 % of the rows in other bins than in the reference, about an eighth of a standard deviation",
  };
}

function featureRules(args: RecommendArgs, { name, type }: FeatureSchema): RuleDraft[] {
  const missing = rare(args, "null_rate", name);
  if (!args.hasReference) return [missing];
  return [drift(name), missing, ...(type === "category" ? [rare(args, "new_category_rate", name)] : [])];
}

/** Above what the reference's interval leaves open. */
function rare({ baseline }: RecommendArgs, metric: string, feature: string): RuleDraft {
  const usual = baseline({ metric, feature });
  const tolerance = (usual?.value ?? 0) > OFTEN ? OFTEN_TOLERANCE : RARE_TOLERANCE;
  const limit = Math.min(1, (usual?.hi ?? 0) + tolerance);
  return {
    metric,
    feature,
    op: "above",
    limit: roundTo(limit, 4),
    severity: "ticket",
    because:
      usual === null
        ? "one row in a thousand"
        : `${tolerance === OFTEN_TOLERANCE ? "1 point" : "0.1 points"} above what the reference's interval leaves open`,
  };
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
