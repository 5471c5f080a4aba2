import { expect, test } from "vitest";
import { type Baseline, recommendMonitors } from "#server/monitors/recommend.ts";
import { validateRule } from "#server/monitors/validate-rule.ts";
import { MODEL } from "#server/testing/alert-world.ts";

const BASELINES: Readonly<Record<string, Baseline>> = {
  roc_auc: { value: 0.75, lo: 0.74, hi: 0.76 },
  null_rate: { value: 0.021, lo: 0.019, hi: 0.023 },
  mae: { value: 20, lo: 19.5, hi: 20.5 },
};
const baseline = ({ metric }: { metric: string }) => BASELINES[metric] ?? null;
const short = (found: ReturnType<typeof recommendMonitors>) =>
  found.map(({ draft: { metric, feature, op, limit, severity } }) => [metric, feature, op, limit, severity]);

test("a binary model with a reference: performance, output, every feature's drift and missing values", () => {
  const found = recommendMonitors({ model: MODEL, baseline, hasReference: true, channels: ["ch_1"] });
  const [performance, output, ...rest] = short(found);
  expect(performance).toEqual(["roc_auc", null, "below", 0.72, "page"]);
  expect(output).toEqual(["tv", "@output", "above", 0.05, "ticket"]);
  expect(rest.filter(([metric]) => metric === "tv")).toHaveLength(MODEL.features.length);
  expect(rest).toContainEqual(["null_rate", MODEL.features[0]?.name, "above", 0.033, "ticket"]);
  expect(found.filter(({ draft }) => draft.noDataWindows !== null)).toHaveLength(1);
  expect(found.every(({ draft }) => draft.decide === "evidence" && draft.channels[0] === "ch_1")).toBe(true);
});

test("only performance pages", () => {
  const found = recommendMonitors({ model: MODEL, baseline, hasReference: true });
  expect(found.filter(({ draft }) => draft.severity === "page").map(({ draft }) => draft.metric)).toEqual([
    "roc_auc",
  ]);
});

test("without a reference only what needs none is left, at one row in a thousand", () => {
  const found = recommendMonitors({ model: MODEL, baseline: () => null, hasReference: false });
  expect(new Set(short(found).map(([metric, , , limit]) => `${metric} ${limit}`))).toEqual(
    new Set(["null_rate 0.001"]),
  );
});

test("an error that grows is bad: its limit lies above the reference's interval", () => {
  const model = { ...MODEL, task: "regression" } as const;
  expect(short(recommendMonitors({ model, baseline, hasReference: true }))[0]).toEqual([
    "mae",
    null,
    "above",
    22.55,
    "page",
  ]);
});

test("every recommended rule is one that the service accepts", () => {
  for (const task of ["binary", "multiclass", "regression", "ranking"] as const) {
    for (const window of ["1h", "6h", "1d", "7d"] as const) {
      const model = { ...MODEL, task };
      const usual = { value: 0.8, lo: 0.79, hi: 0.81 };
      const found = recommendMonitors({ model, window, baseline: () => usual, hasReference: true });
      for (const { draft } of found) expect(() => validateRule(draft, model)).not.toThrow();
    }
  }
});
