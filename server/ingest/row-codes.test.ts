import { expect, test } from "vitest";
import { ingestRig, RIG_NOW } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";

const ROW = { model: "m", prediction_id: "a", output: { value: true }, features: { x: 1 } };
const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const row = (more: object) => JSON.stringify({ ...ROW, ...more });

/** What is sent, the code it is refused with, and the path that is named. */
const REFUSED: [string, string, string, string][] = [
  ["a line that is no JSON", "{oops", "invalid_json", ""],
  ["bare NaN", '{"model":"m","output":{"value":NaN}}', "invalid_json", ""],
  ["a list", "[1]", "not_object", ""],
  ["a text", '"x"', "not_object", ""],
  ["no model", row({ model: undefined }), "missing_model", "model"],
  ["a model that is a number", row({ model: 5 }), "bad_type", "model"],
  ["a model of 300 characters", row({ model: "m".repeat(300) }), "name_too_long", "model"],
  ["a model with NUL", row({ model: "a\0b" }), "invalid_utf8", "model"],
  ["a version that is a list", row({ version: [] }), "bad_type", "version"],
  ["no output", row({ output: undefined }), "missing_prediction", "output"],
  ["an empty output", row({ output: {} }), "missing_prediction", "output"],
  ["an output of nulls", row({ output: { value: null } }), "missing_prediction", "output"],
  ["an output that is a list", row({ output: [1] }), "bad_type", "output"],
  [
    "an id that is a number",
    '{"prediction_id":9007199254740993,"model":"m","output":{"value":true}}',
    "bad_id_type",
    "prediction_id",
  ],
  ["an empty id", row({ prediction_id: "" }), "bad_id_type", "prediction_id"],
  ["an id of 257 bytes", row({ prediction_id: `${"é".repeat(128)}a` }), "id_too_long", "prediction_id"],
  [
    "an id with a lone surrogate",
    '{"prediction_id":"\\ud800","model":"m","output":{"value":true}}',
    "invalid_utf8",
    "prediction_id",
  ],
  ["a time without zone", row({ ts: "2026-03-29T02:30:00" }), "ts_unparseable", "ts"],
  ["a date", row({ ts: "2026-01-30" }), "ts_unparseable", "ts"],
  ["February 30", row({ ts: "2025-02-30T00:00:00Z" }), "ts_unparseable", "ts"],
  ["a time that is true", row({ ts: true }), "ts_unparseable", "ts"],
  ["a time of 1e400", '{"ts":1e400,"model":"m","output":{"value":true}}', "ts_unparseable", "ts"],
  ["a time 25 hours ahead", row({ ts: iso(RIG_NOW + 25 * HOUR) }), "ts_out_of_range", "ts"],
  ["a time before 2000", row({ ts: "1999-12-31T23:59:59Z" }), "ts_out_of_range", "ts"],
  ["a time older than retention", row({ ts: iso(RIG_NOW - 401 * 24 * HOUR) }), "ts_out_of_range", "ts"],
  [
    "a number of 1e400",
    '{"model":"m","output":{"value":true},"features":{"x":1e400}}',
    "number_out_of_range",
    "features.x",
  ],
  [
    "a probability above 1",
    row({ output: { probability: 1.01 } }),
    "number_out_of_range",
    "output.probability",
  ],
  [
    "a probability below 0",
    row({ output: { probability: -0.01 } }),
    "number_out_of_range",
    "output.probability",
  ],
  ["a probability that is NaN", row({ output: { probability: "NaN" } }), "non_finite", "output.probability"],
  ["a negative latency", row({ latency_ms: -1 }), "number_out_of_range", "latency_ms"],
  ["a latency that is a word", row({ latency_ms: "fast" }), "non_finite", "latency_ms"],
  ["features that are a list", row({ features: [1] }), "bad_type", "features"],
  ["a feature that is an object", row({ features: { x: {} } }), "bad_type", "features.x"],
  ["a new feature that is a list", row({ features: { y: [1] } }), "bad_type", "features.y"],
  ["segments that are a text", row({ segments: "x" }), "bad_type", "segments"],
  ["a segment that is an object", row({ segments: { s: {} } }), "bad_type", "segments.s"],
  ["an amendment", row({ op: "amend" }), "unknown_op", "op"],
  ["33 levels", `{"model":"m","output":{"value":true},"x":${nested(32)}}`, "too_deep", ""],
  [
    "a name of 1025 bytes",
    row({ features: { ["n".repeat(1_025)]: 1 } }),
    "name_too_long",
    `features.${"n".repeat(80)}…`,
  ],
  ["a name with NUL", row({ features: { "a\0": 1 } }), "invalid_utf8", "features.a\uFFFD"],
  [
    "a text of 64 KiB and one byte",
    row({ features: { t: "x".repeat(65_537) } }),
    "value_too_long",
    "features.t",
  ],
  ["a text with NUL", row({ features: { t: "a\0b" } }), "invalid_utf8", "features.t"],
  [
    "a text with a lone surrogate",
    '{"model":"m","output":{"value":true},"features":{"t":"\\udc00"}}',
    "invalid_utf8",
    "features.t",
  ],
  ["a key twice in the row", '{"model":"m","model":"m","output":{"value":true}}', "duplicate_key", ""],
  [
    "a key twice in features",
    '{"model":"m","output":{"value":true},"features":{"x":1,"x":2}}',
    "duplicate_key",
    "",
  ],
  [
    "a key twice in something unknown",
    '{"model":"m","output":{"value":true},"z":[{"q":1,"q":1}]}',
    "duplicate_key",
    "",
  ],
  [
    "names that are one in NFC",
    row({ features: { "\u00e9": 1, "e\u0301": 2 } }),
    "duplicate_key",
    "features.é",
  ],
];

test.each(REFUSED)("%s is refused, its neighbours live", async (_, line, code, path) => {
  const rig = ingestRig();
  const before = JSON.stringify({ ...ROW, prediction_id: "before" });
  const after = JSON.stringify({ ...ROW, prediction_id: "after" });
  const { status, answer } = await readRows(rig, [before, line, after].join("\n"), { form: "ndjson" });
  expect(status).toBe(207);
  expect(answer).toMatchObject({ accepted: 2, rejected: 1 });
  expect(answer.results).toEqual([
    expect.objectContaining({ index: 1, line: 2, status: "rejected", code, path }),
  ]);
  expect(answer.results?.[0]?.message).toMatch(/^row 1 \(line 2\): .*\.$/);
  expect([...rig.writer.stored.values()].map(({ id }) => id)).toEqual(["before", "after"]);
});

test("a message names the place and never the value", async () => {
  const rig = ingestRig();
  const secret = "VERY-SECRET-VALUE";
  const lines = [
    row({ ts: secret }),
    row({ op: secret }),
    row({ output: { probability: secret } }),
    row({ latency_ms: secret }),
    row({ features: { t: `${secret}\0` } }),
    `{"a":${secret}}`,
    row({ features: { x: { secret } } }),
  ];
  const { answer } = await readRows(rig, lines.join("\n"), { form: "ndjson" });
  expect(answer.rejected).toBe(lines.length);
  expect(JSON.stringify(answer)).not.toContain(secret);
});

test.each([
  ["binary", { probability: 0.5 }, { items: ["a"] }],
  ["multiclass", { probabilities: { a: 0.5 } }, { probability: 0.5 }],
  ["regression", { value: 5 }, { probability: 0.5 }],
  ["ranking", { items: ["a", 7], scores: [1, 0.5] }, { value: "a" }],
])("a %s model wants its own output", async (task, good, bad) => {
  const rig = ingestRig();
  const lines = [row({ output: good }), row({ prediction_id: "b", output: bad })];
  const { answer } = await readRows(rig, lines.join("\n"), { form: "ndjson" });
  expect(rig.registry.find("m")?.task).toBe(task);
  expect(answer.results).toEqual([
    expect.objectContaining({ index: 1, code: "missing_prediction", path: "output" }),
  ]);
});

test.each([
  ["probabilities that are a list", { probabilities: [0.5] }, "output.probabilities"],
  ["a class probability above 1", { probabilities: { a: 2 } }, "output.probabilities.a"],
  ["a class probability that is true", { probabilities: { a: true } }, "output.probabilities.a"],
  ["items that are a text", { items: "a" }, "output.items"],
  ["items with an object", { items: [{}] }, "output.items"],
  ["no items", { items: [] }, "output.items"],
  ["scores of another length", { items: ["a", "b"], scores: [1] }, "output.scores"],
  ["a regression value that is a word", { value: "many" }, "output.value"],
])("%s is refused", async (_, output, path) => {
  const rig = ingestRig();
  rig.registry.create({ slug: "multi", task: "multiclass", origin: "api" });
  rig.registry.create({ slug: "rank", task: "ranking", origin: "api" });
  rig.registry.create({ slug: "number", task: "regression", origin: "api" });
  const model = path.includes("prob") ? "multi" : path === "output.value" ? "number" : "rank";
  const { status, answer } = await readRows(rig, row({ model, output }));
  expect(status).toBe(400);
  expect(answer.results?.[0]).toMatchObject({ status: "rejected", path });
});

test("a row over the size limit and a model over the feature limit are refused", async () => {
  const rig = ingestRig({ limits: { rowBytes: 300, features: 3, classes: 2 } });
  const big = row({ features: { t: "x".repeat(300) } });
  for (const form of ["json", "ndjson"] as const) {
    const { answer } = await readRows(rig, big, { form });
    expect(answer.results?.[0]?.code).toBe("row_too_large");
  }
  const { answer } = await readRows(rig, row({ features: { a: 1, b: 1, c: 1, d: 1 } }));
  expect(answer.results?.[0]?.code).toBe("too_many_features");
  const fits = await readRows(rig, row({ features: { e: 1, f: 1, g: 1 } }));
  expect(fits.answer.accepted).toBe(1);
  const classes = await readRows(rig, row({ model: "c", output: { probabilities: { a: 0, b: 0, c: 0 } } }));
  expect(classes.answer.results?.[0]?.code).toBe("too_many_classes");
});

test("an unknown model is refused where models are not made on first sight", async () => {
  const rig = ingestRig({ settings: { autoCreateModels: false } });
  const { status, answer } = await readRows(rig, JSON.stringify(ROW));
  expect([status, answer.results?.[0]?.code]).toEqual([400, "unknown_model"]);
});

test("strict refuses what is otherwise stored as missing", async () => {
  const rig = ingestRig();
  await readRows(rig, JSON.stringify(ROW));
  const lines = [
    row({ prediction_id: "b", features: { x: "NaN" } }),
    row({ prediction_id: "c", features: { y: "Infinity" } }),
  ];
  const { answer } = await readRows(rig, lines.join("\n"), { form: "ndjson", strict: true });
  expect(answer.results?.map(({ code, path }) => [code, path])).toEqual([
    ["non_finite", "features.x"],
    ["non_finite", "features.y"],
  ]);
});

test.each([
  ["no value", { prediction_id: "a" }, "missing_value", "value"],
  ["no id", { value: 1 }, "missing_id", "prediction_id"],
  ["a value that is a list", { prediction_id: "a", value: [1] }, "bad_type", "value"],
  ["a value with NUL", { prediction_id: "a", value: "\0" }, "invalid_utf8", "value"],
  ["a bad time", { prediction_id: "a", value: 1, ts: "yesterday" }, "ts_unparseable", "ts"],
  ["an amendment", { prediction_id: "a", value: 1, op: "delete" }, "unknown_op", "op"],
])("a label with %s is refused", async (_, label, code, path) => {
  const rig = ingestRig();
  rig.registry.create({ slug: "m", task: "binary", origin: "api" });
  const { answer } = await readRows(rig, JSON.stringify({ model: "m", ...label }), { kind: "labels" });
  expect(answer.results?.[0]).toMatchObject({ code, path });
});

test("labels of a regression are numbers, of a ranking relevances", async () => {
  const rig = ingestRig();
  rig.registry.create({ slug: "number", task: "regression", origin: "api" });
  rig.registry.create({ slug: "rank", task: "ranking", origin: "api" });
  const lines = [
    { model: "number", prediction_id: "a", value: 5.5 },
    { model: "number", prediction_id: "b", value: "6.5" },
    { model: "number", prediction_id: "c", value: "many" },
    { model: "rank", prediction_id: "d", value: { z: 1, a: 0 } },
    { model: "rank", prediction_id: "e", value: { z: "1" } },
    { model: "rank", prediction_id: "f", value: 1 },
    { prediction_id: "g", value: 1 },
  ].map((label) => JSON.stringify(label));
  const { answer } = await readRows(rig, lines.join("\n"), { kind: "labels", form: "ndjson" });
  expect(rig.writer.labels.map(({ value }) => value)).toEqual([5.5, 6.5, '{"a":0,"z":1}']);
  expect(answer.results?.map(({ index, code }) => [index, code])).toEqual([
    [2, "non_finite"],
    [4, "bad_type"],
    [5, "bad_type"],
    [6, "missing_model"],
  ]);
});
