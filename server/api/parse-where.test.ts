import { expect, test } from "vitest";
import { parseSegments, parseWhere } from "#server/api/parse-where.ts";
import type { ModelSchema } from "#server/models/schema.ts";

const model: ModelSchema = {
  modelId: 1,
  slug: "m",
  task: "binary",
  windowMs: 3_600_000,
  positiveClass: null,
  threshold: 0.5,
  features: [
    { name: "distance", type: "number", segment: false },
    { name: "carrier", type: "category", segment: true },
    { name: "a,b>c", type: "category", segment: false },
    { name: "__proto__", type: "category", segment: false },
  ],
  dimensions: ["channel"],
  revision: 1,
};

test.each([
  ["", []],
  ["distance>500", [{ column: "features.distance", op: ">", value: 500 }]],
  [
    "distance>=5e2,carrier=B6",
    [
      { column: "features.distance", op: ">=", value: 500 },
      { column: "features.carrier", op: "=", value: "B6" },
    ],
  ],
  ["carrier=B6|UA", [{ column: "features.carrier", op: "in", values: ["B6", "UA"] }]],
  ["channel!=app", [{ column: "segments.channel", op: "!=", value: "app" }]],
  ["label=null", [{ column: "label", op: "null" }]],
  ["label!=null", [{ column: "label", op: "not-null" }]],
  ['carrier="null"', [{ column: "features.carrier", op: "=", value: "null" }]],
  ['carrier="a,\\"b\\"|c"|x', [{ column: "features.carrier", op: "in", values: ['a,"b"|c', "x"] }]],
  ["a,b>c=1", [{ column: "features.a,b>c", op: "=", value: "1" }]],
  ["__proto__=1", [{ column: "features.__proto__", op: "=", value: "1" }]],
  ["output.probability<0.3", [{ column: "output.probability", op: "<", value: 0.3 }]],
  ["ts>2013-03-01T00:00:00Z", [{ column: "ts", op: ">", value: 1362096000000 }]],
])("%j", (where, conditions) => {
  expect(parseWhere(where, model)).toEqual(conditions);
});

test.each([
  ["distanse>500", /Did you mean `distance`/],
  ["distance", /lacks a comparison/],
  ["distance>far", /number `distance` with a text/],
  ["distance>", /number `distance` with a text/],
  ['carrier="x', /never closed/],
  ['carrier="x"y', /does not end/],
  ["carrier>a|b", /with = only/],
  ["carrier>null", /= and != only/],
  [Array(51).fill("carrier=x").join(","), /too many/],
])("%j is refused", (where, sentence) => {
  expect(() => parseWhere(where, model)).toThrow(sentence);
});

test("the refusal does not repeat a value", () => {
  expect(() => parseWhere("distance>ada@example.org", model)).not.toThrow(/ada/);
});

test("segments of one key are alternatives, of different keys both must hold", () => {
  expect(parseSegments(["carrier:B6", "channel:app", "carrier:a:b"], model)).toEqual([
    { column: "features.carrier", op: "in", values: ["B6", "a:b"] },
    { column: "segments.channel", op: "in", values: ["app"] },
  ]);
  expect(() => parseSegments(["nothing:x"], model)).toThrow(/key:value/);
});
