import { expect, test } from "vitest";
import type { Layout } from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";
import { adoptReference, adoptSchema, firstLayout } from "#server/windows/schema-layout.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const x = { name: "x", type: "number" as const, segment: false };
const c = { name: "c", type: "category" as const, segment: true };
const schema = schemaOf({ features: [x, c], dimensions: ["d"], positiveClass: "yes" });
const first = firstLayout(schema, "v1");

const reference: Layout = {
  ...first,
  features: [
    {
      name: "c",
      type: "category",
      bins: { kind: "category", categories: ["a"], tail: ["b"], closed: true },
      range: null,
    },
    {
      name: "extra",
      type: "number",
      bins: { ...LOG_GRID, edges: [1], coarse: [0, 1] },
      range: { min: 0, max: 2 },
    },
  ],
  segmentKeys: ["c"],
  segmentValues: [["a", "b"]],
  refId: "sha256:one",
};

test("a model's first layout has fixed grids, open lists and its segment keys", () => {
  expect(first).toMatchObject({
    generation: 1,
    segmentKeys: ["c", "d"],
    segmentValues: [[], []],
    refId: null,
  });
  expect(first.features.map(({ bins }) => bins)).toEqual([
    LOG_GRID,
    { kind: "category", categories: [], tail: [], closed: false },
  ]);
});

test("new features and keys are appended within the generation", () => {
  const more = { ...schema, features: [x, c, { ...x, name: "y" }], dimensions: ["d", "e"] };
  const next = adoptSchema(first, more);
  expect(next.generation).toBe(1);
  expect(next.features.map(({ name }) => name)).toEqual(["x", "c", "y"]);
  expect(next.segmentKeys).toEqual(["c", "d", "e"]);
  expect(adoptSchema(first, schema)).toBe(first);
});

test("what makes rows fold differently begins a generation", () => {
  const changes = [
    { ...schema, threshold: 0.4 },
    { ...schema, positiveClass: "no" },
    { ...schema, features: [{ ...x, type: "category" as const }, c] },
    { ...schema, features: [{ ...x, segment: true }, c] },
    { ...schema, features: [x, { ...c, segment: false }] },
  ];
  expect(changes.map((change) => adoptSchema(first, change).generation)).toEqual([2, 2, 2, 2, 2]);
  const retyped = adoptSchema(first, { ...schema, features: [{ ...x, type: "category" }, c] });
  expect(retyped.features[0]).toMatchObject({ type: "category", bins: { kind: "category" } });
});

test("windows of a ranking model from before labels judged lists are folded again, once", () => {
  const ranking = { ...schema, task: "ranking" as const };
  const now = firstLayout(ranking, "v1");
  expect(adoptSchema(now, ranking)).toBe(now);
  const { judgesLists: _, ...before } = now;
  const next = adoptSchema(before, ranking);
  expect(next.generation).toBe(2);
  expect(adoptSchema(next, ranking)).toBe(next);
  expect(first).not.toHaveProperty("judgesLists");
});

test("a threshold means nothing to a model that makes no decisions", () => {
  const regression = { ...schema, task: "regression" as const };
  const next = adoptSchema(firstLayout(regression, "v1"), { ...regression, threshold: 0.4 });
  expect(next).toMatchObject({ generation: 1, threshold: 0.4 });
});

test("a reference brings its bins and segment values, live features keep their place behind", () => {
  const next = adoptReference(first, reference);
  expect(next).toMatchObject({ generation: 2, refId: "sha256:one", segmentKeys: ["c", "d"] });
  expect(next.features.map(({ name }) => name)).toEqual(["c", "extra", "x"]);
  expect(next.segmentValues).toEqual([["a", "b"], []]);
  expect(next.features[0]?.bins).toBe(reference.features[0]?.bins);
});

test("a second reference leaves no bins of the first behind", () => {
  const other: Layout = { ...reference, features: [], segmentValues: [[]], refId: "sha256:two" };
  const next = adoptReference(adoptReference(first, reference), other);
  expect(next.generation).toBe(3);
  expect(
    next.features.every(
      ({ bins, range }) => range === null && (bins.kind === "category" ? !bins.closed : bins === LOG_GRID),
    ),
  ).toBe(true);
});
