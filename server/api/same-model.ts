import type { z } from "zod";
import type { StoredModel } from "#db/queries/models.ts";
import type { CreateModelInput } from "#server/api/contract.ts";
import type { FieldError } from "#server/kernel/errors.ts";
import { formatWindowWidth } from "#server/models/window-width.ts";

/** Where a declaration says otherwise than the model that is there; what it leaves out is no difference. */
export function differences(
  { schema, name, budgetWeeks }: StoredModel,
  asked: z.infer<typeof CreateModelInput>,
): FieldError[] {
  const found: FieldError[] = [];
  const compare = (path: string, is: unknown, wanted: unknown) => {
    if (wanted === undefined || wanted === is) return;
    found.push({ path, code: "differs", message: `It is ${say(is)}, and ${say(wanted)} was asked for.` });
  };
  compare("task", schema.task, asked.task);
  compare("name", name, asked.name);
  compare("window", formatWindowWidth(schema.windowMs), asked.window);
  compare("positive_class", schema.positiveClass, asked.positive_class);
  compare("threshold", schema.threshold, asked.threshold);
  compare("budget_weeks", budgetWeeks, asked.budget_weeks);
  const features = new Map(schema.features.map((feature) => [feature.name, feature]));
  for (const [feature, { type, segment }] of Object.entries(asked.features ?? {})) {
    compare(`features.${feature}.type`, features.get(feature)?.type ?? null, type);
    compare(`features.${feature}.segment`, features.get(feature)?.segment ?? false, segment);
  }
  return found;
}

function say(value: unknown): string {
  return value === null ? "not there" : `\`${String(value)}\``;
}
