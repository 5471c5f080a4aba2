import { expect, test } from "vitest";
import {
  addToken,
  fieldState,
  fieldWord,
  rangeWord,
  removeToken,
  setField,
  valuesWord,
} from "./edit-query.ts";
import { parseQuery, type QueryToken } from "./parse-query.ts";
import { findField, queryFields } from "./query-fields.ts";
import { searchConditions } from "./search-input.ts";

const fields = queryFields({
  task: "binary",
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
    { name: "wind gust", type: "number", segment: false },
  ],
  segments: [
    { key: "carrier", values: ["UA", "B6"] },
    { key: "channel", values: ["app"] },
  ],
});
const context = { positiveClass: "late", threshold: 0.25, decisionsLogged: true };
const parse = (query: string): QueryToken[] => parseQuery(query, fields, "binary");
const search = (query: string) => searchConditions(parse(query), context);
const field = (name: string) => {
  const found = findField(fields, name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

test.each([
  ["carrier:UA", "features.carrier=UA"],
  ["carrier=UA", "features.carrier=UA"],
  ["features.carrier=UA", "features.carrier=UA"],
  ["-carrier:UA", "features.carrier!=UA"],
  ["carrier!=UA", "features.carrier!=UA"],
  ["carrier:UA|B6", "features.carrier=UA|B6"],
  ["-carrier:UA|B6", "features.carrier!=UA,features.carrier!=B6"],
  ["distance>500", "features.distance>500"],
  ["distance:>500", "features.distance>500"],
  ["-distance:>500", "features.distance<=500"],
  ["distance:100..200", "features.distance>=100,features.distance<=200"],
  ["distance:..200", "features.distance<=200"],
  ["distance:-5", "features.distance=-5"],
  ["distance:null", "features.distance=null"],
  ["-distance:null", "features.distance!=null"],
  ["distance:*", "features.distance!=null"],
  ['"wind gust":>20', "features.wind gust>20"],
  ['carrier:"a, b"', 'features.carrier="a, b"'],
  ['carrier:"null"', 'features.carrier="null"'],
  ["score:0.4..0.6", "output.probability>=0.4,output.probability<=0.6"],
  ["channel:app latency:>100", "segments.channel=app,latency_ms>100"],
  ["distance>500,carrier=B6", "features.distance>500,features.carrier=B6"],
])("%s asks for %s", (query, where) => {
  expect(search(query)).toEqual({ where });
});

test("words other than fields become their own inputs", () => {
  expect(search("20130301-B6399-LGA-0200")).toEqual({ id: "20130301-B6399-LGA-0200" });
  expect(search("is:unlabelled")).toEqual({ labelled: false });
  expect(search("after:2013-03-01 before:2013-03-02T06:00")).toEqual({
    after: Date.UTC(2013, 2, 1),
    before: Date.UTC(2013, 2, 2, 6),
  });
});

test("an outcome is a label and a decision, by the class or by the threshold", () => {
  expect(search("outcome:fn")).toEqual({
    labelled: true,
    where: "label=late|1|true,output.value!=late,output.value!=1,output.value!=true",
  });
  expect(searchConditions(parse("outcome:fp"), { ...context, decisionsLogged: false })).toEqual({
    labelled: true,
    where: "label!=late,label!=1,label!=true,output.probability>=0.25",
  });
});

test("a positive class called 0 is not confused with 1", () => {
  const found = searchConditions(parse("outcome:tp"), { ...context, positiveClass: "0" });
  expect(found.where).toBe("label=0,output.value=0");
});

test("an unknown field names the near ones and the rest still runs", () => {
  const tokens = parse("carier:UA distance>500");
  expect(tokens[0]?.meaning).toMatchObject({ kind: "problem", near: ["carrier"] });
  expect(search("carier:UA distance>500")).toEqual({ where: "features.distance>500" });
});

test.each([
  ["distance:far", /number/],
  ["carrier:>5", /category/],
  ["carrier:1..2", /no ranges/],
  ["distance:", /Say which/],
  ["outcome:maybe", /tp, fp, fn/],
  ["is:late", /labelled or unlabelled/],
  ["after:soon", /date/],
])("%s says what is wrong", (query, message) => {
  const meaning = parse(query)[0]?.meaning;
  expect(meaning?.kind).toBe("problem");
  expect(meaning?.kind === "problem" ? meaning.message : "").toMatch(message);
});

test("outcome is refused for a model that has no two classes", () => {
  expect(parseQuery("outcome:fn", fields, "regression")[0]?.meaning.kind).toBe("problem");
});

test("tokens keep their place in the text, so that a wrong one can be underlined", () => {
  expect(parse('  a:1,  carrier:"x y"').map((token) => [token.start, token.end])).toEqual([
    [2, 5],
    [8, 21],
  ]);
});

test("the panel writes the language that is typed", () => {
  expect(valuesWord(field("carrier"), ["UA", "a b"])).toBe('carrier:UA|"a b"');
  expect(rangeWord(field("distance"), "100", "")).toBe("distance:100..");
  expect(rangeWord(field("distance"), " ", "")).toBeNull();
  const tokens = parse("carrier:UA distance>500");
  expect(setField(tokens, field("carrier"), "carrier:B6")).toBe("distance>500 carrier:B6");
  expect(setField(tokens, field("distance"), null)).toBe("carrier:UA");
  expect(fieldState(parse("carrier:UA|B6 distance:5.."), field("carrier")).values).toEqual(["UA", "B6"]);
  expect(fieldState(parse("distance:5.."), field("distance"))).toMatchObject({ from: "5", to: "" });
});

test("a value that was logged can be filtered by as it stands", () => {
  for (const value of ["UA", "a b", "a,b", "x|y", ">5", "1..2", "null", "", "-x"]) {
    const meaning = parse(fieldWord(field("carrier"), value))[0]?.meaning;
    expect(meaning).toMatchObject({ conditions: [{ op: "=", values: [value] }] });
  }
});

test("chips can be removed and added without touching the others", () => {
  expect(removeToken('carrier:"a b" distance>500', 0)).toBe("distance>500");
  expect(addToken("carrier:UA", "distance>500")).toBe("carrier:UA distance>500");
  expect(addToken("carrier:UA", "carrier:UA")).toBe("carrier:UA");
});
