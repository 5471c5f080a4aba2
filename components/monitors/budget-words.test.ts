import { expect, test } from "vitest";
import { certaintyRows, spentWords } from "#components/monitors/budget-words.ts";
import type { ModelBudget } from "#server/api/contracts/budget.ts";

const budget: ModelBudget = {
  model: "m",
  weeks: 13,
  monitors: 3,
  tests: 5,
  lines: [],
  period: { from: "", to: "" },
  alerts: { all: 0, falseAlarms: 0, real: 0, unjudged: 0 },
  outside: { monitors: 0, fired: 0 },
  drift: [],
};

test("what is spent: only what a person found false, and what waits for a verdict is said", () => {
  expect(spentWords(budget)).toBe("None of them fired in the last 13 weeks of data: nothing is spent.");
  expect(spentWords({ ...budget, alerts: { all: 4, falseAlarms: 1, real: 2, unjudged: 1 } })).toBe(
    "It is spent: they fired 4 times in the last 13 weeks of data; 1 was found false, 2 were found real, 1 has no verdict yet.",
  );
  expect(spentWords({ ...budget, alerts: { all: 1, falseAlarms: 0, real: 0, unjudged: 1 } })).toMatch(
    /^Nothing of it is spent for sure/,
  );
});

test("the least certain feature comes first, and one without a reference before all", () => {
  const row = { monitorId: "a", tolerance: 0.05, rows: 1, independentRows: 1 };
  const rows = certaintyRows({
    ...budget,
    drift: [
      { ...row, feature: "b", smallest: 0.06 },
      { ...row, feature: "@output", smallest: 0.2 },
      { ...row, feature: "c", smallest: null },
    ],
  });
  expect(rows.map(({ label }) => label)).toEqual(["c", "the prediction", "b"]);
});
