import { expect, test } from "vitest";
import type { Distribution, DistributionBin, PredictionRow } from "#server/api/contract.ts";
import { exportHref } from "./export-link.ts";
import { className, errorOf, outcomeOf } from "./outcome.ts";
import { queryFields } from "./query-fields.ts";
import { isUnusual, oddity, placeOf } from "./reference-place.ts";
import { suggest } from "./suggest.ts";

const model = { task: "binary" as const, positiveClass: "late", threshold: 0.25 };
const row = (output: PredictionRow["output"], label: string | number | null): PredictionRow =>
  ({ output, label: label === null ? null : { value: label, ts: "", received_at: "" } }) as PredictionRow; // only what is read

test.each([
  [{ value: "late" }, 1, "tp"],
  [{ value: "on_time" }, "1", "fn"],
  [{ value: "late" }, 0, "fp"],
  [{ probability: 0.2 }, 0, "tn"],
  [{ probability: 0.25 }, "late", "tp"],
  [{ value: "on_time", probability: 0.9 }, "late", "fn"],
  [{ value: "late" }, null, "waiting"],
  [{}, 1, null],
] as const)("%o with label %s is %s", (output, label, outcome) => {
  expect(outcomeOf(row(output, label), model)).toBe(outcome);
});

test("an outcome needs two classes", () => {
  expect(outcomeOf(row({ value: 3 }, 4), { ...model, task: "regression" })).toBeNull();
  expect(errorOf(row({ value: 3 }, 4))).toBe(-1);
  expect(errorOf(row({ value: 3 }, null))).toBeNull();
});

test("labels are called by the model's class where they are bare", () => {
  expect(className(1, model)).toBe("late");
  expect(className(0, model)).toBe("not late");
  expect(className("on_time", model)).toBe("on_time");
  expect(className(7, { ...model, task: "regression" })).toBe("7");
});

const bin = (from: number | null, to: number | null, reference: number): DistributionBin => ({
  label: "",
  from,
  to,
  category: null,
  kind: "value",
  reference,
  current: 0,
  contribution: null,
});
const numbers = { n: 100, missing: 20, invalid: 0, min: 0, max: 40 };
const numeric = {
  type: "number",
  bins: [bin(null, 10, 20), bin(10, 20, 60), bin(20, null, 20)],
  reference: numbers,
} as unknown as Distribution;

test.each([
  [10, 50],
  [15, 50],
  [20, 90],
  [0, 10],
  [30, 90],
  [5, 10],
  [-100, 0],
  [1000, 100],
])("%d lies at percentile %d", (value, percentile) => {
  expect(placeOf(numeric, value)).toEqual({ kind: "percentile", percentile });
});

test("missing, new and unknown values are told apart", () => {
  const category = (more: Partial<DistributionBin>[]) =>
    ({
      type: "category",
      bins: [
        { ...bin(null, null, 90), category: "UA" },
        ...more.map((one) => ({ ...bin(null, null, 10), ...one })),
      ],
      reference: numbers,
    }) as unknown as Distribution;
  expect(placeOf(numeric, null)).toEqual({ kind: "missing", share: 0.2 });
  expect(placeOf(category([]), "UA")).toEqual({ kind: "share", share: 1 });
  expect(placeOf(category([]), "XX")).toEqual({ kind: "new" });
  expect(placeOf(category([{ kind: "other" }]), "XX")).toEqual({ kind: "unknown" });
  expect(placeOf({ ...numeric, reference: null }, 5)).toEqual({ kind: "unknown" });
});

test("unusual comes first", () => {
  const places = [
    { kind: "unknown" },
    { kind: "percentile", percentile: 50 },
    { kind: "new" },
    { kind: "percentile", percentile: 99.5 },
  ] as const;
  const sorted = [...places].sort((a, b) => oddity(b) - oddity(a));
  expect(sorted.map((place) => place.kind)).toEqual(["new", "percentile", "percentile", "unknown"]);
  expect(places.map(isUnusual)).toEqual([false, false, true, true]);
});

const fields = queryFields({
  ...model,
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
  segments: [{ key: "carrier", values: ["UA", "B6", "US"] }],
});

test("names are offered first, then the values of the field", () => {
  expect(suggest("car", fields, "binary").map((one) => one.word)).toEqual(["carrier:"]);
  expect(suggest("carrier:u", fields, "binary").map((one) => one.word)).toEqual(["carrier:UA", "carrier:US"]);
  expect(suggest("-carrier:b", fields, "binary")[0]?.word).toBe("-carrier:B6");
  expect(suggest("outcome:", fields, "binary")).toHaveLength(4);
  expect(suggest("outcome:", fields, "regression")).toEqual([]);
  expect(suggest("distanse", fields, "binary")[0]?.label).toBe("distance");
  expect(suggest("distance:n", fields, "binary")[0]?.word).toBe("distance:null");
});

test("an export asks for what is on screen", () => {
  const href = exportHref(
    {
      model: "flight-late",
      where: "distance>500",
      labelled: true,
      segment: ["origin:EWR", "carrier:UA"],
      cursor: "x",
    },
    "csv",
  );
  const params = new URL(href, "http://x").searchParams;
  expect(params.getAll("segment")).toEqual(["origin:EWR", "carrier:UA"]);
  expect([params.get("where"), params.get("labelled"), params.get("cursor")]).toEqual([
    "distance>500",
    "true",
    null,
  ]);
});
