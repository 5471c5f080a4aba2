import type { Task } from "#server/models/schema.ts";

/** The one number that stands for “is it still good”, by task. */
const MAIN_METRICS: Record<Task, string> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: "ndcg@10",
};

/** A monitor on another performance metric says what people watch; without one, the task decides. */
export function mainMetric(task: Task): string {
  return MAIN_METRICS[task];
}
