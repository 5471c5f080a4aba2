import { expect, test } from "vitest";
import { ingestRig, RIG_NOW } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const row = (more: object, id = "a") =>
  JSON.stringify({ model: "m", prediction_id: id, output: { value: true }, ...more });
const iso = (ms: number) => new Date(ms).toISOString();

async function storedCells(lines: readonly string[]) {
  const rig = ingestRig();
  const { answer } = await readRows(rig, lines.join("\n"), { form: "ndjson" });
  const stored = [...rig.writer.stored.values()];
  return { rig, answer, stored, cells: stored.map(({ cells }) => cells) };
}

test.each<[string | number | null, number]>([
  ["2026-01-31T11:00:00Z", Date.UTC(2026, 0, 31, 11)],
  ["2026-01-31t11:00:00z", Date.UTC(2026, 0, 31, 11)],
  ["2026-01-31 11:00:00+00:00", Date.UTC(2026, 0, 31, 11)],
  ["2026-01-31T13:30:00+02:30", Date.UTC(2026, 0, 31, 11)],
  ["2026-01-31T06:00:00-0500", Date.UTC(2026, 0, 31, 11)],
  ["2026-01-31T11:00:00.25Z", Date.UTC(2026, 0, 31, 11, 0, 0, 250)],
  ["2026-01-31T11:00:00.123456Z", Date.UTC(2026, 0, 31, 11, 0, 0, 123) + 0.456],
  ["2024-12-31T23:59:60Z", Date.UTC(2025, 0, 1)],
  [1_700_000_000, 1_700_000_000_000],
  [1_700_000_000_000, 1_700_000_000_000],
  [1_700_000_000_000_000, 1_700_000_000_000],
  [1_700_000_000_000_000_000, 1_700_000_000_000],
  [1_700_000_000.5, 1_700_000_000_500],
  [null, RIG_NOW],
])("the time %s is %d", async (ts, expected) => {
  const rig = ingestRig({ settings: { retentionDays: 4_000 } });
  await readRows(rig, row({ ts }));
  const [stored] = rig.writer.stored.values();
  expect(stored?.ts).toBeCloseTo(expected, 6);
  expect(stored?.fromServer).toBe(ts === null);
});

test("times ahead: 9 minutes as is, 11 minutes clamped with the raw time kept", async () => {
  const near = RIG_NOW + 9 * MINUTE;
  const far = RIG_NOW + 11 * MINUTE;
  const { stored, answer } = await storedCells([
    row({ ts: iso(near) }),
    row({ ts: iso(far) }, "b"),
    row({ ts: iso(RIG_NOW - 400 * 24 * HOUR) }, "c"),
  ]);
  expect(stored.map(({ ts, raw }) => [ts, raw])).toEqual([
    [near, null],
    [RIG_NOW, far],
    [RIG_NOW - 400 * 24 * HOUR, null],
  ]);
  expect(answer.warnings).toEqual([expect.objectContaining({ code: "ts_clamped", count: 1 })]);
});

test("a number feature: text that is a number is one, other text is kept as text, NaN is missing", async () => {
  const values = [1, "2.5", " 3e2 ", "NaN", "-Infinity", "many", true, null, -0, "0x10", "", "1e999"];
  const { cells, answer, rig } = await storedCells(
    values.map((x, i) => row({ features: { x } }, `row-${i}`)),
  );
  expect(cells.map((cell) => cell.get("features.x"))).toEqual([
    1,
    2.5,
    300,
    { text: "NaN" },
    { text: "-Infinity" },
    { text: "many" },
    { text: "true" },
    null,
    0,
    { text: "0x10" },
    { text: "" },
    { text: "1e999" },
  ]);
  expect(Object.is(cells[8]?.get("features.x"), 0)).toBe(true);
  expect(answer.warnings.map(({ code, count }) => [code, count])).toEqual([
    ["numbers_from_text", 2],
    ["not_a_number", 2],
    ["type_mismatch", 5],
  ]);
  const [batch] = rig.writer.groups.flatMap(({ predictions }) => predictions);
  const column = batch?.columns.find(({ name }) => name === "features.x")?.column;
  expect(column?.kind === "number" && [...(column.fromText ?? [])]).toEqual([1, 2]);
});

test("a category is compared as text", async () => {
  const lines = ["x", 16, "16", true, null].map((c, i) => row({ features: { c } }, `row-${i}`));
  lines.push('{"model":"m","prediction_id":"d","output":{"value":true},"features":{"c":16.0}}');
  lines.push('{"model":"m","prediction_id":"e","output":{"value":true},"features":{"c":-0}}');
  lines.push(
    '{"model":"m","prediction_id":"f","output":{"value":true},"features":{"c":12345678901234567890}}',
  );
  const { cells, answer } = await storedCells(lines);
  expect(cells.map((cell) => cell.get("features.c"))).toEqual([
    "x",
    "16",
    "16",
    "true",
    null,
    "16",
    "0",
    "12345678901234567000",
  ]);
  expect(answer.warnings).toEqual([expect.objectContaining({ code: "precision_lost", count: 1 })]);
});

test("a feature's type is settled by its first value, not by null or NaN before it", async () => {
  const { cells, rig } = await storedCells([
    row({ features: { n: null, t: "NaN", never: null } }),
    row({ features: { t: 4 } }, "b"),
    row({ features: { n: "word", flag: false } }, "c"),
  ]);
  expect(rig.registry.find("m")?.features.map(({ name, type }) => [name, type])).toEqual([
    ["t", "number"],
    ["n", "category"],
    ["flag", "category"],
  ]);
  expect(cells.map((cell) => [...cell].filter(([name]) => name !== "output.value"))).toEqual([
    [
      ["features.n", null],
      ["features.t", { text: "NaN" }],
      ["features.never", null],
    ],
    [["features.t", 4]],
    [
      ["features.n", "word"],
      ["features.flag", "false"],
    ],
  ]);
});

test("a refused row settles no type and brings no name", async () => {
  const { cells, rig } = await storedCells([
    row({ features: { x: null } }),
    row({ features: { x: 5, y: 1, bad: {} }, segments: { s: "v" } }, "b"),
    row({ features: { x: "word" } }, "c"),
  ]);
  expect(rig.registry.find("m")?.features.map(({ name, type }) => [name, type])).toEqual([["x", "category"]]);
  expect(rig.registry.find("m")?.dimensions).toEqual([]);
  expect(cells.map((cell) => cell.get("features.x"))).toEqual([null, "word"]);
});

test("a type that changes in mid-stream refuses no row", async () => {
  const lines = Array.from({ length: 600 }, (_, i) =>
    row({ features: { x: i < 300 ? i : `v${i}` } }, `row-${i}`),
  );
  const { answer, cells } = await storedCells(lines);
  expect(answer.accepted).toBe(600);
  expect(cells[599]?.get("features.x")).toEqual({ text: "v599" });
});

test("hostile names are names like any other", async () => {
  const names = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    '"; DROP TABLE rows; --',
    "<img onerror=x>",
    "=cmd",
    "\u202e",
    "1",
    "",
  ];
  const features = names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(",");
  const text = `{"model":"__proto__","version":"constructor","prediction_id":"__proto__","output":{"probabilities":{"__proto__":0.5,"toString":0.5}},"features":{${features}},"segments":{"__proto__":"constructor"}}`;
  const { rig, cells } = await storedCells([
    text,
    text.replace('"prediction_id":"__proto__"', '"prediction_id":"b"'),
  ]);
  expect(
    rig.registry
      .find("__proto__")
      ?.features.map(({ name }) => name)
      .sort(),
  ).toEqual([...names].sort());
  for (const cell of cells) {
    for (const [i, name] of names.entries()) expect(cell.get(`features.${name}`)).toBe(i);
    expect(cell.get("output.probabilities.__proto__")).toBe(0.5);
    expect(cell.get("segments.__proto__")).toBe("constructor");
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("names are compared in NFC", async () => {
  const { rig, cells } = await storedCells([
    row({ features: { "\u00e9": 1 } }),
    row({ features: { "e\u0301": 2 } }, "b"),
  ]);
  expect(rig.registry.find("m")?.features).toHaveLength(1);
  expect(cells.map((cell) => cell.get("features.\u00e9"))).toEqual([1, 2]);
});

test("rows of other keys, orders and versions land in their own columns", async () => {
  const { stored } = await storedCells([
    row({ features: { a: 1, b: "x" } }),
    row({ features: { b: "y", a: 2 } }, "b"),
    row({ version: 2, features: { c: 3 } }, "c"),
    row({ features: {} }, "d"),
    row({ features: { a: 3, c: 4 } }, "e"),
  ]);
  const byId = new Map(stored.map((one) => [one.id, one]));
  expect(byId.get("b")?.cells.get("features.a")).toBe(2);
  expect(byId.get("c")?.version).toBe("2");
  expect(byId.get("d")?.cells.has("features.a")).toBe(false);
  expect([...(byId.get("e")?.cells ?? [])]).toEqual([
    ["output.value", "true"],
    ["features.a", 3],
    ["features.c", 4],
  ]);
});

test("the class that the probability speaks of is learned where rows prove it", async () => {
  const output = (value: string, probability: number) => ({ output: { value, probability } });
  const { rig } = await storedCells([row(output("on-time", 0.2)), row(output("late", 0.3), "b")]);
  expect(rig.registry.find("m")?.positiveClass).toBe("late");
  const oneByOne = ingestRig();
  for (const [i, [value, p]] of (
    [
      ["on-time", 0.2],
      ["on-time", 0.1],
      ["late", 0.3],
    ] as const
  ).entries()) {
    await readRows(oneByOne, row(output(value, p), `${i}`));
  }
  expect(oneByOne.registry.find("m")?.positiveClass).toBe("late");
  const unproved = await storedCells([
    row(output("a", 0.2)),
    row(output("b", 0.3), "b"),
    row(output("a", 0.4), "c"),
  ]);
  expect(unproved.rig.registry.find("m")?.positiveClass).toBeNull();
  const understood = await storedCells([row(output("0", 0.2)), row(output("1", 0.3), "b")]);
  expect(understood.rig.registry.find("m")?.positiveClass).toBeNull();
});

test("ten thousand features are one model like any other", async () => {
  const rig = ingestRig();
  const features = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i % 7]));
  const { answer } = await readRows(
    rig,
    JSON.stringify(
      [0, 1, 2].map((i) => ({ model: "m", prediction_id: `${i}`, output: { value: true }, features })),
    ),
  );
  expect(answer.accepted).toBe(3);
  expect(rig.registry.find("m")?.features).toHaveLength(10_000);
});
