import { expect, test } from "vitest";
import { ruleOf } from "./fixtures.ts";
import { alertTitle, type TitleFacts } from "./title.ts";

const auc = ruleOf({ metric: "roc_auc", feature: null, op: "below", limit: 0.7 });
const numbers = { value: 0.631, lo: 0.612, hi: 0.651, n: 6357 };
const title = (facts: Partial<TitleFacts>) =>
  alertTitle({ kind: "breach", rule: auc, isOpen: true, numbers, windows: 1, ...facts });

test.each([
  ["performance", title({}), "ROC AUC fell below 0.70: now 0.63, 95 % CI 0.61–0.65, 6,357 labelled rows."],
  [
    "closed",
    title({ isOpen: false }),
    "ROC AUC fell below 0.70: was 0.63, 95 % CI 0.61–0.65, 6,357 labelled rows.",
  ],
  [
    "segment",
    title({ rule: { ...auc, segment: "carrier:B6" } }),
    "ROC AUC for carrier:B6 fell below 0.70: now 0.63, 95 % CI 0.61–0.65, 6,357 labelled rows.",
  ],
  [
    "a value that would round to the limit gets more digits",
    title({ numbers: { value: 0.6987, lo: 0.6951, hi: 0.6996, n: 1 } }),
    "ROC AUC fell below 0.70: now 0.6987, 95 % CI 0.6951–0.6996, 1 labelled row.",
  ],
  [
    "drift",
    title({
      rule: ruleOf({ metric: "js", feature: "price", limit: 0.1 }),
      numbers: { value: 0.23, lo: 0.19, hi: 0.27, n: 4210 },
    }),
    "price has moved: 0.23 JS distance, 95 % CI 0.19–0.27, limit 0.10, 4,210 rows.",
  ],
  [
    "by evidence, one window's interval decides nothing",
    title({
      rule: ruleOf({ metric: "tv", feature: "price", limit: 0.05, decide: "evidence" }),
      numbers: { value: 0.08, lo: 0.04, hi: 0.11, n: 900 },
    }),
    "price has drifted by more than 0.05 total variation; latest window beyond it 0.08, 95 % CI 0.04–0.11, 900 rows.",
  ],
  [
    "prediction drift",
    title({ rule: ruleOf(), numbers: { value: 0.31, lo: null, hi: null, n: 200 } }),
    "The prediction has moved: 0.31 PSI, limit 0.20, 200 rows.",
  ],
  [
    "drift whose interval includes the limit",
    title({
      rule: ruleOf({ metric: "js", feature: "price", limit: 0.1, wholeInterval: false }),
      numbers: { value: 0.12, lo: 0.07, hi: 0.17, n: 90 },
    }),
    "price may have moved: 0.12 JS distance, but the interval 0.07–0.17 includes the limit 0.10.",
  ],
  [
    "share",
    title({
      rule: ruleOf({ metric: "null_rate", feature: "distance", limit: 0.05 }),
      numbers: { value: 0.071, lo: 0.066, hi: 0.077, n: 9000 },
    }),
    "Null rate of distance rose above 5 %: now 7.1 %, 95 % CI 6.6–7.7 %, 9,000 rows.",
  ],
  [
    "count",
    title({
      rule: ruleOf({ metric: "volume", feature: null, op: "below", limit: 1000 }),
      numbers: { value: 12, lo: null, hi: null, n: 12 },
    }),
    "Volume fell below 1,000: now 12.",
  ],
  [
    "bias below zero",
    title({
      rule: ruleOf({ metric: "bias", feature: null, op: "below", limit: -1 }),
      numbers: { value: -2.5, lo: -3, hi: -2, n: 50 },
    }),
    "Bias fell below −1: now −2.50, 95 % CI −3.00 to −2.00, 50 labelled rows.",
  ],
  [
    "silence",
    title({ kind: "no-data", numbers: null, windows: 3 }),
    "No data: 3 windows of 1h passed without a row.",
  ],
  [
    "silence over",
    title({ kind: "no-data", numbers: null, windows: 1, isOpen: false }),
    "No data: 1h passed without a row; rows came again.",
  ],
  [
    "error",
    title({ kind: "error", numbers: null, failure: "the model has no feature of that name." }),
    "ROC AUC cannot be computed: the model has no feature of that name.",
  ],
  ["no numbers", title({ numbers: null }), "ROC AUC fell below 0.70."],
])("%s", (_name, actual, expected) => {
  expect(actual).toBe(expected);
});
