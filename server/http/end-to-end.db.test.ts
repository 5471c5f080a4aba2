import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { LiveChange, MetricPoint, PredictionRow } from "#server/api/contract.ts";
import { type RunningCore, startCore } from "#server/testing/start-core.ts";

/**
 * The whole line through the public interface: a real server process, a key from the command line, a model, a reference,
 * rows in every form, labels, metrics, search, export, an alert.
 */
const HOUR_MS = 3_600_000;
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const CARRIERS = ["B6", "UA", "DL"];

// Real processes start here, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder = "";
let core: RunningCore;
let key = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "core-e2e-"));
  core = await startCore(folder);
  key = await core.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "e2e");
});
afterAll(async () => {
  expect(await core.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

const headers = (more: Record<string, string> = {}) => ({ authorization: `Bearer ${key}`, ...more });
async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(core.url + path, { headers: headers() });
  expect([path, response.status]).toEqual([path, 200]);
  return response.json();
}
async function send(path: string, type: string, body: string | Buffer, more: Record<string, string> = {}) {
  const bytes = typeof body === "string" ? body : new Uint8Array(body);
  const response = await fetch(core.url + path, {
    method: "POST",
    headers: headers({ "content-type": type, ...more }),
    body: bytes,
  });
  return { status: response.status, body: await response.json() };
}
const post = (path: string, body: unknown) => send(path, "application/json", JSON.stringify(body));

/** Row number `index`, at an hour of the last two days; each is sent in one of the wire's forms. */
function row(index: number) {
  const probability = ((index * 37) % 100) / 100;
  return {
    prediction_id: `p-${index}`,
    ts: new Date(NOW - (48 - (index % 48)) * HOUR_MS).toISOString(),
    features: { carrier: CARRIERS[index % 3], distance: 100 + (index % 50) * 20 },
    output: { probability },
    segments: { channel: index % 2 === 0 ? "app" : "web" },
    latency_ms: 5,
  };
}
const label = (index: number) => ({
  prediction_id: `p-${index}`,
  value: row(index).output.probability >= 0.5 ? 1 : 0,
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, offset) => from + offset);

test("a model is declared once; the same again is the same, a different one is a conflict that names the difference", async () => {
  const model = {
    slug: "flight-late",
    task: "binary",
    features: { carrier: { type: "category", segment: true } },
  };
  expect((await post("/api/v1/models", model)).status).toBe(201);
  expect((await post("/api/v1/models", model)).status).toBe(200);
  const conflict = await post("/api/v1/models", { ...model, task: "regression" });
  expect(conflict).toMatchObject({
    status: 409,
    body: { code: "model_differs", errors: [{ path: "task" }] },
  });
});

test("a reference is uploaded, and the same content again is the same reference", async () => {
  const lines = range(0, 600).map((index) => {
    const { prediction_id, ts, features, output } = row(index);
    return [
      prediction_id,
      ts,
      features.carrier,
      features.distance,
      output.probability,
      label(index).value,
    ].join(",");
  });
  const csv = ["id,at,carrier,distance,score,late", ...lines].join("\n");
  const map = "prediction_id:id,ts:at,output.probability:score,label:late";
  const path = `/api/v1/models/flight-late/references?version=v1&name=first&map=${encodeURIComponent(map)}`;
  const first = await send(path, "text/csv", csv);
  expect(first).toMatchObject({
    status: 201,
    body: { rows: 600, features: { carrier: { type: "category" }, distance: { type: "number" } } },
  });
  const again = await send(path, "text/csv", gzipSync(csv), { "content-encoding": "gzip" });
  expect(again.body.reference).toBe(first.body.reference);
  expect(again.body.reference).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("rows are taken in every form the wire knows, once each", async () => {
  const path = "/api/v1/predictions";
  const envelope = { model: "flight-late", version: "v1" };
  const json = await post(path, { ...envelope, predictions: range(0, 150).map(row) });
  expect(json).toMatchObject({ status: 200, body: { accepted: 150, duplicates: 0, rejected: 0 } });
  const ndjson = range(150, 300).map((index) => JSON.stringify({ ...envelope, ...row(index) }));
  expect((await send(path, "application/x-ndjson", ndjson.join("\n"))).body).toMatchObject({ accepted: 150 });
  const bare = gzipSync(JSON.stringify(range(300, 450).map((index) => ({ ...envelope, ...row(index) }))));
  expect((await send(path, "application/json", bare, { "content-encoding": "gzip" })).body).toMatchObject({
    accepted: 150,
  });
  const rows = range(450, 600).map(row);
  const columns = {
    prediction_id: rows.map((one) => one.prediction_id),
    ts: rows.map((one) => one.ts),
    features: {
      carrier: rows.map((one) => one.features.carrier),
      distance: rows.map((one) => one.features.distance),
    },
    output: { probability: rows.map((one) => one.output.probability) },
    segments: { channel: rows.map((one) => one.segments.channel) },
    latency_ms: rows.map((one) => one.latency_ms),
  };
  expect((await post(path, { ...envelope, columns })).body).toMatchObject({ accepted: 150 });
  const trpc = await post("/api/trpc/predictions.log", {
    ...envelope,
    predictions: range(590, 601).map(row),
  });
  expect(trpc.body.result.data).toMatchObject({ accepted: 1, duplicates: 10 });
});

test("a bad row is named and does not take its neighbours with it; a changed one is a conflict", async () => {
  const bad = { ...row(700), ts: "yesterday" };
  const changed = { ...row(1), output: { probability: 0.999 } };
  const mixed = await post("/api/v1/predictions", {
    model: "flight-late",
    version: "v1",
    predictions: [row(701), bad, changed],
  });
  expect(mixed.status).toBe(207);
  expect(mixed.body).toMatchObject({ accepted: 1, rejected: 2 });
  expect(mixed.body.results.map((one: { index: number; code: string }) => [one.index, one.code])).toEqual([
    [1, "ts_unparseable"],
    [2, "conflict"],
  ]);
});

test("labels find their predictions, twice is once", async () => {
  const labels = range(0, 600).map(label);
  const first = await post("/api/v1/labels", { model: "flight-late", labels });
  expect(first).toMatchObject({ status: 200, body: { accepted: 600, duplicates: 0 } });
  const again = await post("/api/v1/labels", { model: "flight-late", labels });
  expect(again.body).toMatchObject({ accepted: 0, duplicates: 600 });
});

test("the model knows its rows, segments, versions and reference", async () => {
  const model = await get<Record<string, unknown>>("/api/v1/models/flight-late");
  expect(model).toMatchObject({
    predictions: 602,
    labelled: 600,
    conflicts: 1,
    features: [{ name: "carrier" }, { name: "distance" }],
    segments: [
      { key: "carrier", values: expect.arrayContaining(CARRIERS) },
      { key: "channel", values: expect.arrayContaining(["app", "web"]) },
    ],
    versions: [{ version: "v1", predictions: 602, reference: { name: "first", rows: 600 } }],
  });
  expect((await fetch(`${core.url}/api/v1/models/flight-lat`, { headers: headers() })).status).toBe(404);
});

async function metrics(query: string): Promise<MetricPoint[]> {
  const answer = await get<{ points: MetricPoint[] }>(
    `/api/v1/models/flight-late/metrics?window=all&${query}`,
  );
  return answer.points;
}

test("metrics come from the windows and agree with what was logged", async () => {
  const [volume] = await metrics("metric=volume");
  expect(volume?.value).toBe(602);
  const [accuracy] = await metrics("metric=accuracy");
  expect(accuracy).toMatchObject({ value: 1, nCur: 600 });
  const [auc] = await metrics("metric=roc_auc");
  expect(auc?.value).toBeGreaterThan(0.99);
  const drift = await metrics("metric=psi@10&feature=*");
  expect(drift.map(({ feature }) => feature).sort()).toEqual(["carrier", "distance"]);
  for (const { value } of drift) expect(value).toBeLessThan(0.01);
  const [segment] = await metrics("metric=volume&segment=carrier:B6");
  expect(segment?.value).toBe(range(0, 601).filter((index) => index % 3 === 0).length);
  const unknown = await fetch(`${core.url}/api/v1/models/flight-late/metrics?metric=roc_auk`, {
    headers: headers(),
  });
  expect([unknown.status, (await unknown.json()).detail]).toEqual([400, expect.stringContaining("roc_auc")]);
});

interface Found {
  rows: PredictionRow[];
  cursor: string | null;
}

test("rows are searched, paged through and opened as they were logged", async () => {
  const where = encodeURIComponent("distance>=1000,carrier=B6|UA,label=1");
  const expected = range(0, 600).filter((index) => {
    const { features, output } = row(index);
    return features.distance >= 1000 && features.carrier !== "DL" && output.probability >= 0.5;
  });
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Found = await get(`/api/v1/predictions?model=flight-late&where=${where}&limit=7${next}`);
    found.push(...page.rows.map((one) => one.prediction_id));
    cursor = page.cursor;
  } while (cursor !== null);
  expect(found.sort()).toEqual(expected.map((index) => `p-${index}`).sort());
  const { rows } = await get<Found>("/api/v1/predictions/flight-late/p-7");
  expect(rows).toEqual([
    {
      model: "flight-late",
      version: "v1",
      ...row(7),
      ts_source: "client",
      received_at: expect.any(String),
      label: { value: expect.anything(), ts: expect.any(String), received_at: expect.any(String) },
    },
  ]);
  const unlabelled = await get<Found>("/api/v1/predictions?model=flight-late&labelled=false");
  expect(unlabelled.rows.map((one) => one.prediction_id).sort()).toEqual(["p-600", "p-701"]);
});

test("an export is all rows, as CSV or NDJSON", async () => {
  const ask = (accept: string) =>
    fetch(`${core.url}/api/v1/predictions?model=flight-late&sort=ts`, { headers: headers({ accept }) });
  const csv = await ask("text/csv");
  expect(csv.headers.get("content-type")).toContain("text/csv");
  const lines = (await csv.text()).trim().split("\n");
  expect(lines).toHaveLength(603);
  expect(lines[0]).toBe(
    "model,version,prediction_id,ts,received_at,output.value,output.probability,label,label_ts,latency_ms,segments.channel,features.carrier,features.distance",
  );
  const ndjson = (await (await ask("application/x-ndjson")).text()).trim().split("\n");
  expect(ndjson.map((line) => JSON.parse(line).prediction_id)).toEqual(
    lines.slice(1).map((line) => line.split(",")[2]),
  );
});

test("a monitor that is broken opens an alert with its evidence, and pages hear of it", async () => {
  const heard = listen();
  const monitor = await post("/api/v1/monitors", {
    model: "flight-late",
    metric: "volume",
    op: "below",
    limit: 1_000,
    wholeInterval: false,
    minN: 1,
    window: "1h",
    severity: "page",
  });
  expect(monitor.status).toBe(201);
  await heard.until((change) => change.kind === "alerts");
  const { alerts } = await get<{ alerts: { id: string; monitorId: string; title: string }[] }>(
    "/api/v1/alerts?status=all",
  );
  expect(alerts[0]).toMatchObject({ monitorId: monitor.body.id });
  const detail = await get<Record<string, unknown>>(`/api/v1/alerts/${alerts[0]?.id}`);
  expect(detail).toMatchObject({ rule: { metric: "volume", limit: 1_000 }, model: "flight-late" });
  const fleet = await fetch(`${core.url}/api/trpc/fleet.get?input=%7B%7D`, { headers: headers() });
  const { rows } = (await fleet.json()).result.data;
  expect(rows).toMatchObject([{ model: "flight-late", performance: { metric: "roc_auc" } }]);
});

test("a row that is logged moves the charts within two seconds", async () => {
  const heard = listen();
  await heard.until((change) => change.kind === "hello");
  const before = performance.now();
  const fresh = { ...row(900), ts: new Date(NOW).toISOString() };
  await post("/api/v1/predictions", { model: "flight-late", version: "v1", predictions: [fresh] });
  const change = await heard.until((one) => one.kind === "windows");
  expect(change).toMatchObject({ kind: "windows", model: "flight-late", version: "v1" });
  expect(performance.now() - before).toBeLessThan(2_000);
});

test("an event is drawn, and a promotion makes the version live", async () => {
  const deploy = {
    kind: "stage",
    version: "v1",
    stage: "champion",
    at: new Date(NOW - 60 * HOUR_MS).toISOString(),
  };
  expect((await post("/api/v1/models/flight-late/events", deploy)).status).toBe(201);
  const { events } = await get<{ events: { kind: string }[] }>("/api/v1/models/flight-late/events");
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["stage", "reference", "monitor"]));
  expect(await get("/api/v1/models/flight-late")).toMatchObject({ liveVersion: "v1" });
});

test("a reference can be made from a past range", async () => {
  const made = await post("/api/trpc/references.fromRange", {
    model: "flight-late",
    version: "v1",
    from: new Date(NOW - 49 * HOUR_MS).toISOString(),
    to: new Date(NOW).toISOString(),
    name: "last days",
  });
  expect(made.body.result?.data).toMatchObject({ name: "last days", source: "range" });
});

test("everything acknowledged is there after a kill", async () => {
  expect(await core.stop("SIGKILL")).toBe("SIGKILL");
  core = await startCore(folder);
  expect(await get("/api/v1/models/flight-late")).toMatchObject({ predictions: 603, labelled: 600 });
});

/** Reads the live stream until something is heard. */
function listen() {
  const reader = openStream();
  let text = "";
  return {
    until: async (wanted: (change: LiveChange) => boolean): Promise<LiveChange> => {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end < 0) {
          text += await (await reader).next();
          continue;
        }
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        const change = data === undefined || data === "" ? null : JSON.parse(data);
        if (change !== null && typeof change.kind === "string" && wanted(change)) return change;
      }
    },
  };
}

async function openStream() {
  const response = await fetch(`${core.url}/api/trpc/live.changes`, { headers: headers() });
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    next: async () => {
      const part = await stream?.read();
      if (part === undefined || part.done) throw new Error("The live stream ended.");
      return part.value;
    },
  };
}
