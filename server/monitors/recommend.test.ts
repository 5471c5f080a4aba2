import { expect, test } from "vitest";
import type { MonitorRule } from "#server/api/contract.ts";
import { recommendMonitors } from "#server/monitors/recommend.ts";
import { validateRule } from "#server/monitors/validate-rule.ts";
import { MODEL } from "#server/testing/alert-world.ts";

const reference = (rule: MonitorRule) =>
  ({ roc_auc: 0.7512, null_rate: 0.021, mae: 20 })[rule.metric] ?? null;
const short = (drafts: ReturnType<typeof recommendMonitors>) =>
  drafts.map(({ metric, feature, op, limit, severity }) => [metric, feature, op, limit, severity]);

test("a binary model with a reference: performance, output, named features, missing values", () => {
  const drafts = recommendMonitors({
    model: MODEL,
    referenceValue: reference,
    features: ["distance"],
    channels: ["ch_1"],
  });
  expect(short(drafts)).toEqual([
    ["roc_auc", null, "below", 0.7, "page"],
    ["psi@10", "@output", "above", 0.2, "ticket"],
    ["psi@10", "distance", "above", 0.2, "ticket"],
    ["null_rate", null, "above", 0.071, "ticket"],
  ]);
  expect(drafts.filter((draft) => draft.noDataWindows !== null)).toHaveLength(1);
  expect(drafts.every((draft) => draft.channels[0] === "ch_1")).toBe(true);
});

test("without a reference only what needs none is left", () => {
  expect(short(recommendMonitors({ model: MODEL, referenceValue: () => null }))).toEqual([
    ["null_rate", null, "above", 0.05, "ticket"],
  ]);
});

test("an error that grows is bad: its limit lies above the reference", () => {
  const model = { ...MODEL, task: "regression" } as const;
  expect(short(recommendMonitors({ model, referenceValue: reference }))[0]).toEqual([
    "mae",
    null,
    "above",
    22,
    "page",
  ]);
});

test("every recommended rule is one that the service accepts", () => {
  for (const task of ["binary", "multiclass", "regression", "ranking"] as const) {
    for (const window of ["1h", "6h", "1d", "7d"] as const) {
      const model = { ...MODEL, task };
      for (const draft of recommendMonitors({ model, window, referenceValue: () => 0.8 })) {
        expect(() => validateRule(draft, model)).not.toThrow();
      }
    }
  }
});
