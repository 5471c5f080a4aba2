import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, test } from "vitest";
import type { ModelSchema } from "#server/models/schema.ts";
import { type FileFormat, importFile } from "#server/references/import-file.ts";
import type { Profile } from "#server/references/profile-table.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSegment, decodeSummary } from "#server/windows/read-summaries.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const directory = mkdtempSync(join(tmpdir(), "windows-import-"));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function profileOf(
  content: string | Uint8Array,
  options: { format?: FileFormat; map?: string; model?: Partial<ModelSchema>; version?: string } = {},
): Promise<Profile> {
  files += 1;
  const path = join(directory, `file-${files}`);
  writeFileSync(path, content);
  const { format = "csv", map = null, model = {}, version = "v1" } = options;
  return importFile({ path, format, map, model: schemaOf(model), version }, () => undefined);
}

const CSV = `carrier,distance,insured,at,p,decision,late
B6,950,True,2013-03-01T00:00:00Z,0.7,late,1
DL,,False,2013-03-01T01:00:00Z,0.2,on_time,0
B6,16.0,True,2013-03-01T02:00:00Z,0.4,late,
UA,1e3,,2013-03-01T03:00:00Z,0.1,on_time,1
`;
const MAP = "ts:at,output.probability:p,output.value:decision,label:late";

test("a CSV file becomes features, outputs and labels", async () => {
  const profile = await profileOf(CSV, { map: MAP });
  expect(profile).toMatchObject({ rows: 4, labelled: 3, skipped: [], positiveClass: "late" });
  expect(profile.features).toEqual([
    { name: "carrier", type: "category", segment: false },
    { name: "distance", type: "number", segment: false },
    { name: "insured", type: "category", segment: false },
  ]);
  const layout = parseLayout(profile.layoutJson);
  expect(layout.refId).toBe(profile.refId);
  expect(layout.features[0]?.bins).toMatchObject({ categories: ["B6", "DL", "UA"], closed: true });
  expect(layout.features[1]).toMatchObject({ range: { min: 16, max: 1000 } });
  expect(layout.features[2]?.bins).toMatchObject({ categories: ["true", "false"] });
  const summary = decodeSummary(profile, layout);
  expect([...(summary.features[0]?.counts ?? [])]).toEqual([2, 1, 1, 0, 0]);
  expect(summary.features[1]).toMatchObject({ nulls: 1, absent: 0, moments: { n: 3, min: 16, max: 1000 } });
  expect(summary.output).toMatchObject({
    confusion: { tp: 1, fp: 0, tn: 1, fn: 1 },
    labels: { positive: 2, negative: 1, unreadable: 0 },
  });
  expect(summary.firstTs).toBe(Date.parse("2013-03-01T00:00:00Z"));
});

test("the same content has the same address in CSV, NDJSON and Parquet, and other content another", async () => {
  const rows = [
    { x: 1.5, c: "a", p: 0.25, y: 1 },
    { x: null, c: "b", p: 0.5, y: 0 },
    { x: -2, c: "a", p: 0.75, y: 1 },
  ];
  const map = "output.probability:p,label:y";
  const csv = `x,c,p,y\n${rows.map(({ x, c, p, y }) => `${x ?? ""},${c},${p},${y}`).join("\n")}\n`;
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: "y", data: rows.map(({ y }) => y), type: "INT32" },
      { name: "x", data: rows.map(({ x }) => x), type: "DOUBLE" },
      { name: "c", data: rows.map(({ c }) => c), type: "STRING" },
      { name: "p", data: rows.map(({ p }) => p), type: "DOUBLE" },
    ],
  });
  const ndjson = rows.map((row) => JSON.stringify(row)).join("\n");
  const profiles = [
    await profileOf(csv, { map }),
    await profileOf(new Uint8Array(parquet), { map, format: "parquet" }),
    await profileOf(ndjson, { map, format: "ndjson" }),
  ];
  expect(new Set(profiles.map(({ refId }) => refId)).size).toBe(1);
  expect(profiles[0]?.refId).toMatch(/^sha256:[0-9a-f]{64}$/);
  const other = await profileOf(csv.replace("1.5", "1.25"), { map });
  expect(other.refId).not.toBe(profiles[0]?.refId);
  const threshold = await profileOf(csv, { map, model: { threshold: 0.6 } });
  expect(threshold.refId).not.toBe(profiles[0]?.refId);
});

test("declared types win: codes stay texts, texts are read as numbers, what is none is invalid", async () => {
  const csv = "zip,size,extra\n02134,12,1\n10001,many,2\n02134,7,3\n";
  const features = [
    { name: "size", type: "number" as const, segment: false },
    { name: "zip", type: "category" as const, segment: true },
  ];
  const profile = await profileOf(csv, { model: { features } });
  expect(profile.features.map(({ name, type }) => `${name}:${type}`)).toEqual([
    "size:number",
    "zip:category",
    "extra:number",
  ]);
  const layout = parseLayout(profile.layoutJson);
  expect(layout.features[1]?.bins).toMatchObject({ categories: ["02134", "10001"] });
  expect(decodeSummary(profile, layout).features[0]).toMatchObject({
    invalid: 1,
    moments: { n: 2, mean: 9.5 },
  });
  expect(decodeSegment(profile, layout, "zip", "02134").predictions).toBe(2);
});

test("one bad cell among many numbers does not make a column texts", async () => {
  const cells = Array.from({ length: 300 }, (_, index) => (index === 250 ? "n.a." : String(index / 2)));
  const profile = await profileOf(`x\n${cells.join("\n")}\n`);
  expect(profile.features).toEqual([{ name: "x", type: "number", segment: false }]);
  const summary = decodeSummary(profile, parseLayout(profile.layoutJson));
  expect(summary.features[0]).toMatchObject({ invalid: 1, moments: { n: 299 } });
});

test("useless and unusable columns are left out and said so", async () => {
  const rows = Array.from({ length: 250 }, (_, index) => ({
    id: `row-${index}`,
    empty: null,
    list: [1],
    x: index % 7,
  }));
  const profile = await profileOf(rows.map((row) => JSON.stringify(row)).join("\n"), { format: "ndjson" });
  expect(profile.features.map(({ name }) => name)).toEqual(["x"]);
  expect(profile.skipped.map(({ what }) => what).sort()).toEqual(["empty", "id", "list"]);
});

test("rows as services log them need no map", async () => {
  const row = { prediction_id: "a", ts: "2026-01-01T00:00:00Z", version: "v1", features: { x: 1, c: true } };
  const lines = [
    { ...row, output: { probability: 0.9 }, segments: { channel: "app" } },
    { ...row, version: "v2", output: { probability: 0.1 }, segments: { channel: "web" } },
  ];
  const profile = await profileOf(lines.map((line) => JSON.stringify(line)).join("\n"), { format: "ndjson" });
  expect(profile).toMatchObject({ rows: 1, dimensions: ["channel"] });
  expect(profile.features.map(({ name, type }) => `${name}:${type}`)).toEqual(["x:number", "c:category"]);
  const layout = parseLayout(profile.layoutJson);
  expect(decodeSummary(profile, layout).output).toMatchObject({ probability: { n: 1, mean: 0.9 } });
  expect(decodeSegment(profile, layout, "channel", "app").predictions).toBe(1);
});

test("semicolons and tabs part cells as well as commas, a quoted cell keeps them", async () => {
  const profiles = [await profileOf('a;b\n1;"x;y"\n2;z\n'), await profileOf('a\tb\n1\t"x;y"\n2\tz\n')];
  for (const profile of profiles) {
    expect(profile.features.map(({ name, type }) => `${name}:${type}`)).toEqual(["a:number", "b:category"]);
  }
  expect(profiles[0]?.refId).toBe(profiles[1]?.refId);
});

test("a few rows that do not fit are left out by number; a file of them is refused", async () => {
  const profile = await profileOf("x,y\n1,2\n3\n4,5\n6,7\n");
  expect(profile.rows).toBe(3);
  expect(profile.skipped).toEqual([
    { what: "row 3", reason: "It has another number of cells than the header line." },
  ]);
  await expect(profileOf("x,y\n1\n2\n3,4\n")).rejects.toMatchObject({
    code: "bad_request",
    reason: "unreadable_rows",
  });
  await expect(profileOf("{broken\n", { format: "ndjson" })).rejects.toMatchObject({
    reason: "unreadable_rows",
  });
});

test("files and maps that cannot be meant are refused with what to do", async () => {
  const cases: Array<[string, () => Promise<unknown>, string]> = [
    ["empty", () => profileOf(""), "empty_file"],
    ["header only", () => profileOf("a,b\n"), "no_rows"],
    ["twice", () => profileOf("a,a\n1,2\n"), "bad_header"],
    ["no Parquet", () => profileOf("PAR1 nothing", { format: "parquet" }), "bad_parquet"],
    ["unknown column", () => profileOf(CSV, { map: "label:lat" }), "bad_map"],
    ["unknown name", () => profileOf(CSV, { map: "labels:late" }), "bad_map"],
    ["other task", () => profileOf(CSV, { map: "output.probabilities.a:p" }), "bad_map"],
    ["column twice", () => profileOf(CSV, { map: "label:late,ignore:late" }), "bad_map"],
    ["no pair", () => profileOf(CSV, { map: "late" }), "bad_map"],
    ["nothing left", () => profileOf("a\n1\n", { map: "ignore:a" }), "no_columns"],
  ];
  for (const [name, refused, reason] of cases) {
    await expect(refused(), name).rejects.toMatchObject({
      name: "ServiceError",
      code: "bad_request",
      reason,
    });
  }
});

test("a regression reference bins its predictions and keeps its errors", async () => {
  const rows = Array.from({ length: 200 }, (_, index) => `${index / 10},${index / 10 - 1}`);
  const profile = await profileOf(`guess,truth\n${rows.join("\n")}\n`, {
    map: "output.value:guess,label:truth",
    model: { task: "regression" },
  });
  const layout = parseLayout(profile.layoutJson);
  expect(layout.output).toMatchObject({
    bins: { origin: "reference", coarseCount: 10 },
    range: { min: 0, max: 19.9 },
  });
  const { output } = decodeSummary(profile, layout);
  if (output.kind !== "regression") throw new Error("The output is not that of a regression model.");
  expect(output.error.mean).toBeCloseTo(1, 10);
  expect(output.predicted.reduce((sum, count) => sum + count, 0)).toBe(200);
});

test("a multiclass reference knows its classes", async () => {
  const profile = await profileOf("said,p_a,p_b,truth\na,0.8,0.2,a\n,0.3,0.7,c\n", {
    map: "output.value:said,output.probabilities.a:p_a,output.probabilities.b:p_b,label:truth",
    model: { task: "multiclass" },
  });
  const layout = parseLayout(profile.layoutJson);
  expect(layout.classes).toEqual(["a", "b", "c"]);
  const { output } = decodeSummary(profile, layout);
  if (output.kind !== "multiclass") throw new Error("The output is not that of a multiclass model.");
  expect(output.confusion[0]).toBe(1);
  expect(output.confusion[2 * 4 + 1]).toBe(1);
  expect(output.brier.mean).toBeCloseTo((0.08 + 0.09 + 0.49 + 1) / 2, 9);
});
