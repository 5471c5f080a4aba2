import fc from "fast-check";
import { expect, test } from "vitest";
import { IdTable } from "#server/store/index/id-table.ts";

const key = fc.integer({ min: 0, max: 7 });
const entry = fc.record({ lo: key, hi: key, slot: fc.nat({ max: 3 }), position: fc.nat({ max: 3 }) });
const command = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), entry }),
  fc.record({ kind: fc.constant("remove" as const), entry }),
);

test("the table holds what a list would hold, whatever is added and removed", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const table = new IdTable(1);
      const model: string[] = [];
      for (const { kind, entry: e } of commands) {
        const text = JSON.stringify(e);
        if (kind === "add") {
          table.add(e.lo, e.hi, e.slot, e.position);
          model.push(text);
        } else {
          const at = model.indexOf(text);
          expect(table.remove(e.lo, e.hi, e.slot, e.position)).toBe(at >= 0);
          if (at >= 0) model.splice(at, 1);
        }
      }
      expect(contents(table)).toEqual(model.sort());
      expect(table.size).toBe(model.length);
    }),
    { seed: 13, numRuns: 300 },
  );
});

function contents(table: IdTable): string[] {
  const found: string[] = [];
  for (let lo = 0; lo <= 7; lo++) {
    for (let hi = 0; hi <= 7; hi++) {
      for (let at = table.first(lo, hi); at >= 0; at = table.next(at, lo, hi)) {
        found.push(JSON.stringify({ lo, hi, slot: table.slotOf(at), position: table.positionOf(at) }));
      }
    }
  }
  return found.sort();
}
