import { expect, test } from "vitest";
import { parseWhere } from "#server/api/parse-where.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { fieldWord } from "./edit-query.ts";
import { parseQuery } from "./parse-query.ts";
import { findField, queryFields } from "./query-fields.ts";
import { searchConditions } from "./search-input.ts";

/** The page writes `where`, the server reads it: whatever is typed must arrive as it was meant. */
const schema: ModelSchema = {
  modelId: 1,
  slug: "m",
  task: "binary",
  windowMs: 3_600_000,
  positiveClass: "late",
  threshold: 0.25,
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "wind gust", type: "number", segment: false },
  ],
  dimensions: ["channel"],
  revision: 1,
};
const fields = queryFields({
  ...schema,
  segments: [{ key: "channel", values: [] }],
  features: [...schema.features],
});
const read = (query: string) => {
  const context = { positiveClass: "late", threshold: 0.25, decisionsLogged: true };
  return parseWhere(searchConditions(parseQuery(query, fields, "binary"), context).where ?? "", schema);
};

test.each(["UA", "a b", "a,b", "x|y", ">5", "1..2", "null", "back\\slash", "a=b", "-x"])(
  "the value %s arrives unchanged",
  (value) => {
    const field = findField(fields, "carrier");
    if (!field) throw new Error("no field");
    expect(read(fieldWord(field, value))).toEqual([{ column: "features.carrier", op: "=", value }]);
  },
);

test("operators arrive as conditions of the store", () => {
  expect(read('carrier:UA|B6 "wind gust":10..20 score:>0.4 -channel:app latency:null')).toEqual([
    { column: "features.carrier", op: "in", values: ["UA", "B6"] },
    { column: "features.wind gust", op: ">=", value: 10 },
    { column: "features.wind gust", op: "<=", value: 20 },
    { column: "output.probability", op: ">", value: 0.4 },
    { column: "segments.channel", op: "!=", value: "app" },
    { column: "latency_ms", op: "null" },
  ]);
  expect(read("outcome:fn").map((condition) => condition.column)).toEqual([
    "label",
    "output.value",
    "output.value",
    "output.value",
  ]);
});
