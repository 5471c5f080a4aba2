import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MetricPoint } from "#server/api/contract.ts";
import { type RunningCore, startCore } from "#server/testing/start-core.ts";

/** The edge cases that depend on how rows arrive: through the public interface, as JSON, with the status that each must have. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

// A real process starts here, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder = "";
let core: RunningCore;
let key = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "core-edges-"));
  core = await startCore(folder);
  key = await core.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "edges");
});
afterAll(async () => {
  expect(await core.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, body: unknown, type = "application/json") {
  const response = await fetch(core.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function createModel(slug: string): Promise<void> {
  const features = { size: { type: "number" }, kind: { type: "category" } };
  expect((await post("/api/v1/models", { slug, task: "binary", features })).status).toBe(201);
}

let used = 0;
interface Sent {
  readonly size?: unknown;
  readonly kind?: unknown;
  readonly ts?: number;
  readonly probability?: number;
}
/** The body is written by hand where JSON.stringify would change the value. */
function rowText({ size, kind, ts = NOW - 5 * HOUR_MS, probability = 0.5 }: Sent): string {
  used += 1;
  const written = (value: unknown): string => (typeof value === "bigint" ? "-0" : JSON.stringify(value));
  const features = [
    ...(size === undefined ? [] : [`"size":${written(size)}`]),
    ...(kind === undefined ? [] : [`"kind":${written(kind)}`]),
  ].join(",");
  const when = new Date(ts).toISOString();
  return `{"prediction_id":"edge-${used}","ts":"${when}","features":{${features}},"output":{"probability":${probability}}}`;
}
const log = (model: string, rows: readonly string[]) =>
  post("/api/v1/predictions", `{"model":"${model}","version":"v1","predictions":[${rows.join(",")}]}`);
const times = (count: number, one: (index: number) => Sent): string[] =>
  Array.from({ length: count }, (_, index) => rowText(one(index)));

async function metric(model: string, query: string): Promise<MetricPoint> {
  const response = await fetch(`${core.url}/api/v1/models/${model}/metrics?window=all&${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const text = await response.text();
  expect([query, response.status, /NaN|Infinity/.test(text)]).toEqual([query, 200, false]);
  const { points }: { points: MetricPoint[] } = JSON.parse(text);
  const [point] = points;
  if (point === undefined) throw new Error(`There is no point for ${query}.`);
  return point;
}

const csv = (rows: number): string =>
  [
    "ts,size,kind,score",
    ...Array.from(
      { length: rows },
      (_, row) => `2026-01-01T00:00:00Z,${row % 50},${row % 2 ? "a" : "b"},0.5`,
    ),
  ].join("\n");
const upload = (model: string, content: string) =>
  post(
    `/api/v1/models/${model}/references?version=v1&name=edge&map=${encodeURIComponent("ts:ts,output.probability:score")}`,
    content,
    "text/csv",
  );

test("a reference without rows is refused in words; one of a single row compares, but too little to act on", async () => {
  await createModel("edge-reference");
  const refused = await upload("edge-reference", csv(0));
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.status).toBeLessThan(500);
  expect(refused.body.detail.length).toBeGreaterThan(20);
  expect(await upload("edge-reference", csv(1))).toMatchObject({ status: 201, body: { rows: 1 } });
  await log(
    "edge-reference",
    times(60, (index) => ({ size: index % 50, kind: "a" })),
  );
  expect(await metric("edge-reference", "metric=tv&feature=size")).toMatchObject({
    status: "LOW_N",
    nRef: 1,
  });
});

test.each<[string, unknown, string]>([
  ["null", null, "null_rate"],
  ["the text NaN", "NaN", "invalid_rate"],
  ["the text Infinity", "Infinity", "invalid_rate"],
])("a number sent as %s: no distance, and a share that says so", async (name, value, rate) => {
  const model = `edge-${name.replaceAll(" ", "-").toLowerCase()}`;
  await createModel(model);
  await upload(model, csv(500));
  const answer = await log(
    model,
    times(60, () => ({ size: value, kind: "a" })),
  );
  expect(answer.body).toMatchObject({ accepted: 60, rejected: 0 });
  expect(await metric(model, "metric=psi@10&feature=size")).toMatchObject({ value: null, status: "EMPTY" });
  expect(await metric(model, `metric=${rate}&feature=size`)).toMatchObject({ value: 1, status: "OK" });
});

test("a number beyond every double, negative zero and the smallest number", async () => {
  await createModel("edge-numbers");
  await upload("edge-numbers", csv(500));
  const beyond = rowText({ size: 1, kind: "a" }).replace('"size":1', '"size":1e999');
  const answer = await log("edge-numbers", [
    beyond,
    rowText({ size: 0n, kind: "a" }),
    rowText({ size: 5e-324, kind: "NaN" }),
  ]);
  expect([200, 207]).toContain(answer.status);
  const { nCur, status } = await metric("edge-numbers", "metric=tv&feature=size");
  expect({ nCur, status }).toEqual({ nCur: 2, status: "LOW_N" });
  expect(await metric("edge-numbers", "metric=new_category_rate&feature=kind")).toMatchObject({
    status: "LOW_N",
  });
});

test("the same label twice is one label, a changed one replaces it, a label before its prediction waits", async () => {
  await createModel("edge-labels");
  const early = { prediction_id: "early", value: 1 };
  const waiting = await post("/api/v1/labels", { model: "edge-labels", labels: [early] });
  expect(waiting.status).toBeLessThan(500);
  const prediction = (id: string) =>
    rowText({ size: 1, kind: "a", probability: 0.9 }).replace(/edge-\d+/, id);
  await log("edge-labels", [prediction("early"), prediction("twice"), prediction("changed")]);
  const first = [
    { prediction_id: "twice", value: 1 },
    { prediction_id: "changed", value: 1 },
  ];
  await post("/api/v1/labels", { model: "edge-labels", labels: first });
  const again = await post("/api/v1/labels", { model: "edge-labels", labels: first });
  expect(again.body).toMatchObject({ accepted: 0, duplicates: 2 });
  await post("/api/v1/labels", { model: "edge-labels", labels: [{ prediction_id: "changed", value: 0 }] });
  await vi.waitFor(
    async () => {
      expect(await metric("edge-labels", "metric=accuracy")).toMatchObject({ nCur: 3, value: 2 / 3 });
    },
    { timeout: 20_000, interval: 200 },
  );
});

test("clocks that run ahead: minutes are taken as they are, hours are set to now, days are refused", async () => {
  await createModel("edge-clocks");
  const ahead = (ms: number) => rowText({ size: 1, kind: "a", ts: Date.now() + ms });
  expect((await log("edge-clocks", [ahead(5 * 60_000)])).body).toMatchObject({ accepted: 1 });
  expect((await log("edge-clocks", [ahead(3 * HOUR_MS)])).body).toMatchObject({ accepted: 1 });
  const refused = await log("edge-clocks", [ahead(3 * DAY_MS)]);
  expect(refused.body).toMatchObject({ accepted: 0, rejected: 1 });
  const point = await metric("edge-clocks", "metric=volume");
  expect(point.value).toBe(2);
  expect(Date.parse(point.to)).toBeLessThan(Date.now() + 2 * HOUR_MS);
});

test("a row on the hour belongs to the hour that starts with it", async () => {
  await createModel("edge-boundary");
  const hour = NOW - 30 * HOUR_MS;
  const rows = [hour - 1, hour, hour + HOUR_MS - 1, hour + HOUR_MS].map((ts) => rowText({ size: 1, ts }));
  await log("edge-boundary", rows);
  const between = `from=${new Date(hour).toISOString()}&to=${new Date(hour + HOUR_MS).toISOString()}`;
  expect(await metric("edge-boundary", `metric=volume&${between}`)).toMatchObject({ value: 2 });
});

test("a local day of 23 hours and one of 25, told by their offsets", async () => {
  await createModel("edge-summer");
  const rows = ["2026-03-28T18:00:00Z", "2026-10-24T17:00:00Z"].flatMap((start) =>
    Array.from({ length: 40 }, (_, hour) => rowText({ size: hour, ts: Date.parse(start) + hour * HOUR_MS })),
  );
  await log("edge-summer", rows);
  const day = (from: string, to: string) =>
    metric("edge-summer", `metric=volume&from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`);
  expect(await day("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")).toMatchObject({ value: 23 });
  expect(await day("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")).toMatchObject({ value: 25 });
});
