import fc from "fast-check";
import { expect, test } from "vitest";
import { zoneOf } from "#server/store/codec/zone.ts";
import type { RowCondition } from "#server/store/event-store.ts";
import { cellAt } from "#server/store/rows/cells.ts";
import { canMeet, filterColumn, meets } from "#server/store/rows/row-filter.ts";
import { predictionBatches } from "#server/store/rows/rows-arbitrary.ts";

const column = "features.distance";
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 3 }),
  fc.constantFrom("1", "0", " ", "1e3"),
);
const condition: fc.Arbitrary<RowCondition> = fc.oneof(
  fc.record({ column: fc.constant(column), op: fc.constantFrom("=", "!=", "<", "<=", ">", ">="), value }),
  fc.record({ column: fc.constant(column), op: fc.constantFrom("null", "not-null") }),
  fc.record({
    column: fc.constant(column),
    op: fc.constant("in"),
    values: fc.array(fc.string({ maxLength: 2 })),
  }),
);

test("the fast filters agree with the rule for one value, and bounds never hide a row that meets it", () => {
  fc.assert(
    fc.property(predictionBatches({ maxRows: 20 }), fc.nat(), condition, (batch, pick, asked) => {
      const own = batch.columns[pick % Math.max(1, batch.columns.length)]?.column ?? null;
      const keep = new Uint8Array(batch.count).fill(1);
      filterColumn(own, asked, keep);
      const expected = Array.from(keep, (_, row) => (meets(cellAt(own, row), asked) ? 1 : 0));
      expect([...keep]).toEqual(expected);
      if (own !== null && expected.includes(1)) expect(canMeet(zoneOf(own, batch.count), asked)).toBe(true);
    }),
    { seed: 31, numRuns: 600 },
  );
});
