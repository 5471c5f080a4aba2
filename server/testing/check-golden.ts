import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Expected values from scipy, scikit-learn or by hand; `crosscheck` in the file names which.
 * A row passes when |got − expected| ≤ tol · (1 + |expected|), in every number of the answer.
 */
interface GoldenRow {
  id: string;
  fn: string;
  params: Record<string, number>;
  inputs: GoldenInputs;
  expected: unknown;
  tol: number;
}
// The rows differ in their inputs; each function reads its own.
// biome-ignore lint/suspicious/noExplicitAny: a fixture of mixed shapes
export type GoldenInputs = any;

// biome-ignore lint/suspicious/noExplicitAny: a fixture of mixed shapes
export type GoldenFunctions = Record<string, (inputs: GoldenInputs, params: any) => unknown>;

/** One test a row of the file, and one that no function is listed without a row. */
export function checkGolden(file: URL, functions: GoldenFunctions): void {
  const rows: GoldenRow[] = JSON.parse(readFileSync(file, "utf8"));
  test.each(rows.map((row) => [row.id, row] as const))("golden value %s", (_id, row) => {
    const compute = functions[row.fn];
    if (compute === undefined) throw new Error(`No function is listed for the golden row ${row.id}.`);
    expectNear(compute(row.inputs, row.params), row.expected, row.tol);
  });
  test("every listed function has a golden row", () => {
    const covered = new Set(rows.map((row) => row.fn));
    expect(Object.keys(functions).filter((name) => !covered.has(name))).toEqual([]);
  });
}

function expectNear(got: unknown, expected: unknown, tol: number): void {
  if (typeof expected === "number") {
    expect(typeof got).toBe("number");
    expect(Math.abs(Number(got) - expected)).toBeLessThanOrEqual(tol * (1 + Math.abs(expected)));
    return;
  }
  expect(Object.keys(Object(got)).sort()).toEqual(Object.keys(Object(expected)).sort());
  for (const [key, value] of Object.entries(Object(expected))) expectNear(Object(got)[key], value, tol);
}
