import { expect, test } from "vitest";
import { binLabel, prepareDistribution } from "#components/charts/prepare-distribution.ts";
import type { Distribution, DistributionBin, FeatureNumbers } from "#server/api/contract.ts";

const numbers = (n: number, missing = 0): FeatureNumbers => ({
  n,
  missing,
  invalid: 0,
  mean: null,
  sd: null,
  min: null,
  max: null,
  p5: null,
  p25: null,
  p50: null,
  p75: null,
  p95: null,
});
const bin = (more: Partial<DistributionBin>): DistributionBin => ({
  label: "",
  from: null,
  to: null,
  category: null,
  kind: "value",
  reference: 0,
  current: 0,
  contribution: 0,
  ...more,
});
const distribution = (bins: DistributionBin[], more: Partial<Distribution> = {}): Distribution => ({
  feature: "destination",
  type: "category",
  bins,
  reference: numbers(100),
  current: numbers(180, 20),
  newValues: [],
  refId: "r",
  version: "v2",
  ...more,
});

test("numeric bins keep their order and are named by their edges", () => {
  const model = prepareDistribution(
    distribution(
      [
        bin({ from: null, to: 12, reference: 10, current: 8 }),
        bin({ from: 12, to: 15.5, reference: 80, current: 90 }),
        bin({ from: 15.5, to: null, reference: 10, current: 2 }),
      ],
      { type: "number" },
    ),
  );
  expect(model.rows.map((row) => row.label)).toEqual(["under 12", "12 – 15.50", "from 15.50"]);
  expect(model.rows[1]?.reference).toBeCloseTo(0.8);
  expect(binLabel(bin({ from: 21, to: 21 }))).toBe("21");
});

test("categories come by change, new values last", () => {
  const model = prepareDistribution(
    distribution([
      bin({ category: "ATL", reference: 50, current: 100 }),
      bin({ category: "ILM", kind: "new", reference: 0, current: 14 }),
      bin({ category: "ORD", reference: 50, current: 86, contribution: 0.2 }),
    ]),
  );
  expect(model.rows.map((row) => row.label)).toEqual(["ORD", "ATL", "ILM"]);
  expect(model.driver?.label).toBe("ORD");
  expect(model.summary).toContain("ORD carries 100\u202f% of the difference");
});

test("a long tail is one line that is counted", () => {
  const bins = Array.from({ length: 30 }, (_, i) =>
    bin({ category: `c${i}`, reference: 10, current: 10 + i }),
  );
  const model = prepareDistribution(distribution(bins), 12);
  expect(model.rows).toHaveLength(12);
  expect(model.rows[11]?.label).toBe("other, 19");
  const total = model.rows.reduce((sum, row) => sum + row.current, 0);
  expect(total).toBeCloseTo(1);
  expect(model.table.rows).toHaveLength(30);
});

test("without a reference only now is shown; missing is a share of all rows, not of those with a value", () => {
  const model = prepareDistribution(
    distribution([bin({ category: "ATL", reference: null, current: 180, contribution: null })], {
      reference: null,
    }),
  );
  expect(model.hasReference).toBe(false);
  expect(model.rows[0]?.reference).toBeNull();
  expect(model.missing?.current).toBeCloseTo(0.1);
});
