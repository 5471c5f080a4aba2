import { expect, test } from "vitest";
import { seededGenerator } from "../random/seeded-generator.ts";
import { assignJointCells, jointCellCount, jointCellCounts, learnJointCells } from "./joint-cells.ts";
import { kMeans } from "./k-means.ts";

const next = seededGenerator("joint cells");
const numbers = (rows: number, make: (row: number) => number): number[] =>
  Array.from({ length: rows }, (_, row) => make(row));

test("four clear groups get a cell each, whatever the seed", () => {
  const x = numbers(400, (row) => (row % 2) * 20 + next());
  const y = numbers(400, (row) => (Math.floor(row / 2) % 2) * 20 + next());
  const columns = [x, y].map((values) => ({ kind: "number" as const, values }));
  for (const seed of ["a", "b", "c"]) {
    const cells = learnJointCells(columns, { seed, cells: 4 });
    expect(Array.from(jointCellCounts(cells, columns))).toEqual([100, 100, 100, 100]);
  }
});

test("a change of the relation between features moves the counts, though no feature's own values change", () => {
  const x = numbers(1000, () => next());
  const same = { kind: "number" as const, values: x };
  const against = { kind: "number" as const, values: x.map((value) => 1 - value) };
  const cells = learnJointCells([same, same], { seed: "a" });
  const before = jointCellCounts(cells, [same, same]);
  const after = jointCellCounts(cells, [same, against]);
  const moved = before.reduce((sum, count, cell) => sum + Math.abs(count - (after[cell] ?? 0)) / 2000, 0);
  expect(jointCellCount(cells)).toBe(16);
  expect(moved).toBeGreaterThan(0.5);
});

test("missing numbers and categories have places of their own; new categories do not fail", () => {
  const values = numbers(200, (row) => (row % 4 === 0 ? Number.NaN : 3));
  const codes = numbers(200, (row) => row % 2);
  const columns = [
    { kind: "number" as const, values },
    { kind: "category" as const, codes, categories: 2 },
  ];
  const cells = learnJointCells(columns, { seed: "a" });
  expect(jointCellCount(cells)).toBe(3);
  const [plain, missing] = assignJointCells(cells, [
    { kind: "number", values: [3, Number.NaN] },
    { kind: "category", codes: [0, 0], categories: 2 },
  ]);
  expect(plain).not.toBe(missing);
  expect(
    assignJointCells(cells, [
      { kind: "number", values: [3] },
      { kind: "category", codes: [7], categories: 2 },
    ]).length,
  ).toBe(1);
});

test("nothing to divide is one cell; other columns are refused", () => {
  expect(jointCellCount(learnJointCells([], { seed: "a" }))).toBe(1);
  expect(jointCellCount(learnJointCells([{ kind: "number", values: [] }], { seed: "a" }))).toBe(1);
  const cells = learnJointCells([{ kind: "number", values: [1, 2] }], { seed: "a" });
  expect(() => assignJointCells(cells, [])).toThrow(RangeError);
});

test("k-means loses no more than a few percent to the best of many starts, and never more than one centroid would", () => {
  const values = numbers(600, () => next() ** 2 * 10);
  const spreadOf = (k: number, starts: number): number => {
    const { values: centroids } = kMeans({ values, dimensions: 1 }, k, {
      random: seededGenerator("k"),
      starts,
    });
    return values.reduce(
      (sum, value) => sum + Math.min(...Array.from(centroids, (centroid) => (value - centroid) ** 2)),
      0,
    );
  };
  expect(spreadOf(8, 4)).toBeLessThan(1.1 * spreadOf(8, 40));
  expect(spreadOf(8, 4)).toBeLessThan(spreadOf(1, 1) / 20);
});
