import type { Task } from "#server/models/schema.ts";

/** The one number that stands for “is it still good”, by task; ranking has none yet. */
const MAIN_METRICS: Record<Task, string | null> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: null,
};

/** A monitor on another performance metric says what people watch; without one, the task decides. */
export function mainMetric(task: Task): string | null {
  return MAIN_METRICS[task];
}
