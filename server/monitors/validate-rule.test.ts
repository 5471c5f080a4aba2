import { expect, test } from "vitest";
import { ruleOf } from "#server/alerts/fixtures.ts";
import type { MonitorRule } from "#server/api/contract.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { validateRule } from "#server/monitors/validate-rule.ts";
import { MODEL } from "#server/testing/alert-world.ts";

const auc = ruleOf({ metric: "roc_auc", feature: null, op: "below", limit: 0.7 });

function refusal(rule: MonitorRule): ServiceError {
  try {
    validateRule(rule, MODEL);
  } catch (error) {
    if (error instanceof ServiceError) return error;
  }
  throw new Error("the rule was accepted");
}

test.each([
  ["performance", auc],
  ["output drift", ruleOf({ feature: "@output" })],
  ["feature drift", ruleOf({ feature: "carrier" })],
  ["null rate over all cells", ruleOf({ metric: "null_rate", feature: null, limit: 0.1 })],
  ["a feature segment", { ...auc, segment: "carrier:B6" }],
  ["a row segment", { ...auc, segment: "channel:app" }],
  ["a segment value with colons", { ...auc, segment: "channel:a:b" }],
  ["clear on the good side", { ...auc, clear: 0.72 }],
])("accepts %s", (_name, rule) => {
  expect(() => validateRule(rule, MODEL)).not.toThrow();
});

test.each([
  ["an unknown metric, with the near one", { ...auc, metric: "roc_auk" }, "metric", "Did you mean roc_auc"],
  ["a metric of another task", { ...auc, metric: "mae", limit: 1 }, "metric", "is a binary model"],
  ["drift without a feature", ruleOf({ feature: null }), "feature", "needs a `feature`"],
  [
    "an unknown feature, with the near one",
    ruleOf({ feature: "distanse" }),
    "feature",
    "Did you mean distance",
  ],
  ["a feature where none belongs", { ...auc, feature: "distance" }, "feature", "takes no `feature`"],
  [
    "a number's metric on a category",
    ruleOf({ metric: "ks", feature: "carrier" }),
    "feature",
    "carrier is a category",
  ],
  [
    "nulls of the prediction",
    ruleOf({ metric: "null_rate", feature: "@output" }),
    "feature",
    "name a feature",
  ],
  ["a segment that is none", { ...auc, segment: "carrier" }, "segment", "key:value"],
  ["a segment nobody keeps", { ...auc, segment: "distance:1" }, "segment", "keeps no segments"],
  ["a window below the model's", { ...auc, window: "5m" as const }, "window", "choose 1h or a longer one"],
  ["a limit that no value reaches", { ...auc, limit: 12 }, "limit", "between 0 and 1"],
  ["clear beyond the limit, below", { ...auc, clear: 0.65 }, "clear", "at or above the limit"],
  ["clear beyond the limit, above", ruleOf({ clear: 0.3 }), "clear", "at or below the limit"],
])("refuses %s", (_name, rule, path, text) => {
  const error = refusal(rule);
  expect(error.code).toBe("bad_request");
  expect(error.errors.map((entry) => entry.path)).toEqual([path]);
  expect(error.message).toContain(text);
});

test("names everything that is wrong at once", () => {
  const error = refusal({ ...auc, limit: 2, segment: "x", window: "5m" });
  expect(error.errors.map((entry) => entry.path)).toEqual(["segment", "window", "limit"]);
});
