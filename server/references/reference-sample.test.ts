import { expect, test } from "vitest";
import { decodeSample, encodeSample, SAMPLE_ROWS } from "#server/references/reference-sample.ts";
import { SampleBuilder, samplePositions } from "#server/references/sample-builder.ts";
import { CELL_NULL, CELL_TEXT, CELL_VALUE, type Column } from "#server/store/columns.ts";
import { numberReader, textReader } from "#server/windows/read-columns.ts";

const numbers = (values: number[], states: number[] | null = null): Column => ({
  kind: "number",
  values: Float64Array.from(values),
  states: states === null ? null : Uint8Array.from(states),
  texts: states === null ? null : new Map([[1, "a private text"]]),
});

test("a sample comes back as it was kept, without texts that are no numbers or that no row has", () => {
  const x = numbers([1.5, Number.NaN, Number.NaN], [CELL_VALUE, CELL_TEXT, CELL_NULL]);
  const c: Column = { kind: "category", codes: Uint32Array.of(4, 0, 2), dictionary: ["a", "unseen", "c"] };
  const stored = encodeSample(
    Float64Array.of(7, 8, 9),
    [
      ["features.x", x],
      ["features.c", c],
    ],
    30,
  );
  const sample = decodeSample(stored);
  expect(sample).toMatchObject({ count: 3, ofRows: 30, columnNames: ["features.x", "features.c"] });
  expect([...sample.ts]).toEqual([7, 8, 9]);
  expect([0, 1, 2].map(numberReader(sample.column("features.x")))).toEqual([1.5, Number.NaN, Number.NaN]);
  expect([0, 1, 2].map(textReader(sample.column("features.c")))).toEqual(["c", null, "a"]);
  const bytes = new TextDecoder("latin1").decode(stored);
  expect(bytes).not.toContain("private");
  expect(bytes).not.toContain("unseen");
  expect(sample.column("features.y")).toBeNull();
});

test("all rows of a small table are kept; of a large one the same 5,000 every time, from all over it", () => {
  expect([...samplePositions(3)]).toEqual([0, 1, 2]);
  const positions = samplePositions(100_000);
  expect(positions).toHaveLength(SAMPLE_ROWS);
  expect([...positions]).toEqual([...samplePositions(100_000)]);
  for (let tenth = 0; tenth < 10; tenth++) {
    const rows = positions.filter((row) => Math.floor(row / 10_000) === tenth).length;
    expect(Math.abs(rows - 500)).toBeLessThan(5 * Math.sqrt(500));
  }
});

test("columns that pass one after the other are rows of one sample", () => {
  const rows = 20_000;
  const builder = new SampleBuilder(rows);
  const ascending = Float64Array.from({ length: rows }, (_, row) => row);
  builder.add("features.x", { kind: "number", values: ascending, states: null, texts: null });
  builder.add("label", { kind: "number", values: ascending.map((row) => -row), states: null, texts: null });
  const sample = decodeSample(builder.encode(ascending));
  const [x, label] = [numberReader(sample.column("features.x")), numberReader(sample.column("label"))];
  expect(sample.ofRows).toBe(rows);
  for (let row = 0; row < sample.count; row += 97)
    expect([x(row), label(row)]).toEqual([sample.ts[row], -(sample.ts[row] ?? 0)]);
});
