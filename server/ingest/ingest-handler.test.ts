import { createHash } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { servedRig } from "#server/ingest/testing/ingest-rig.ts";

type Served = Awaited<ReturnType<typeof servedRig>>;
const open: Served[] = [];
async function serve(more: Parameters<typeof servedRig>[0] = {}): Promise<Served> {
  const rig = await servedRig(more);
  open.push(rig);
  return rig;
}
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});

const ROW = {
  model: "flight-late",
  version: "v2",
  prediction_id: "a",
  ts: "2026-01-31T11:00:00Z",
  features: { carrier: "B6", distance: 950, wind_gust: null },
  output: { value: "late", probability: 0.3243 },
  segments: { channel: "app" },
  latency_ms: 3.1,
};

async function post(
  rig: Served,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = "/api/v1/predictions",
) {
  const response = await fetch(rig.origin + path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}
const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ ...ROW, prediction_id: `row-${i}` }));

test("a row is stored in typed columns, its model made on first sight", async () => {
  const rig = await serve();
  const { status, headers, body } = await post(rig, JSON.stringify({ predictions: [ROW] }));
  expect(body).toEqual({ batchId: "batch-1", accepted: 1, duplicates: 0, rejected: 0, warnings: [] });
  expect(status).toBe(200);
  expect(headers.get("x-durability")).toBe("power");
  expect(rig.registry.find("flight-late")).toMatchObject({
    task: "binary",
    features: [
      { name: "carrier", type: "category", segment: false },
      { name: "distance", type: "number", segment: false },
    ],
    dimensions: ["channel"],
  });
  expect([...rig.writer.stored.values()][0]).toEqual({
    modelId: 1,
    version: "v2",
    id: "a",
    ts: Date.UTC(2026, 0, 31, 11),
    fromServer: false,
    raw: null,
    cells: new Map<string, unknown>([
      ["output.value", "late"],
      ["output.probability", 0.3243],
      ["latency_ms", 3.1],
      ["features.carrier", "B6"],
      ["features.distance", 950],
      ["features.wind_gust", null],
      ["segments.channel", "app"],
    ]),
  });
  expect([...rig.registry.versions]).toEqual(["1:v2"]);
});

test("the envelope fills model and version; a list, a row and lines say the same", async () => {
  const { model, version, ...bare } = ROW;
  const forms: [string, string][] = [
    [JSON.stringify({ model, version, predictions: [bare] }), "application/json"],
    [JSON.stringify([ROW]), "application/json"],
    [JSON.stringify(ROW), "application/json; charset=utf-8"],
    [`\uFEFF\r\n${JSON.stringify(ROW)}\r\n\r\n`, "application/x-ndjson"],
    [JSON.stringify(ROW), "application/x-ndjson"],
    [
      `{"model":"flight-late","version":"v2","predi\\u0063tions":[${JSON.stringify(bare)}]}`,
      "application/json",
    ],
  ];
  const rig = await serve();
  const answers = [];
  for (const [body, type] of forms) answers.push((await post(rig, body, { "content-type": type })).body);
  expect(answers.map(({ accepted, duplicates }) => [accepted, duplicates])).toEqual([
    [1, 0],
    ...forms.slice(1).map(() => [0, 1]),
  ]);
  expect(rig.writer.stored.size).toBe(1);
});

test("good rows live, bad rows are named with index and line", async () => {
  const rig = await serve();
  const lines = [
    JSON.stringify(ROW),
    "",
    "{bad",
    JSON.stringify({ ...ROW, prediction_id: "b", ts: "2026-01-31T12:00:00" }),
  ];
  const { status, body } = await post(rig, lines.join("\n"), { "content-type": "application/x-ndjson" });
  expect(status).toBe(207);
  expect(body).toMatchObject({ accepted: 1, duplicates: 0, rejected: 2 });
  expect(body.results).toEqual([
    expect.objectContaining({ index: 1, line: 3, id: null, status: "rejected", code: "invalid_json" }),
    {
      index: 2,
      line: 4,
      id: "b",
      status: "rejected",
      code: "ts_unparseable",
      path: "ts",
      message:
        "row 2 (line 4): `ts` has no time zone; send RFC 3339 with a zone, such as 2026-01-31T12:00:00Z, or an epoch number.",
    },
  ]);
});

test("all rows refused is a 400 problem that lists them", async () => {
  const rig = await serve();
  const { status, headers, body } = await post(rig, JSON.stringify([{ ...ROW, prediction_id: 1 }, 7]));
  expect(status).toBe(400);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({
    code: "all_rows_rejected",
    status: 400,
    rejected: 2,
    accepted: 0,
    requestId: "request-1",
  });
  expect(body.results.map((result: { code: string }) => result.code)).toEqual(["bad_id_type", "not_object"]);
  expect(rig.registry.list()).toEqual([]);
});

test("sent again it is a duplicate; other content under the id is a conflict, and the first stays", async () => {
  const rig = await serve();
  await post(rig, JSON.stringify([ROW]));
  const other = { ...ROW, output: { probability: 0.9 } };
  const { status, body } = await post(rig, JSON.stringify([ROW, { ...ROW, prediction_id: "b" }, other]));
  expect(status).toBe(207);
  expect(body).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1, conflicts: 1 });
  expect(body.results).toEqual([
    expect.objectContaining({
      index: 2,
      id: "a",
      status: "conflict",
      code: "conflict",
      path: "prediction_id",
    }),
  ]);
  expect([...rig.writer.stored.values()][0]?.cells.get("output.probability")).toBe(0.3243);
});

test("results=all lists every row; at most a thousand are listed and the rest counted", async () => {
  const rig = await serve({ limits: { listedResults: 3 } });
  const all = await post(rig, JSON.stringify(rows(2)), {}, "/api/v1/predictions?results=all");
  expect(all.body.results.map((result: { status: string }) => result.status)).toEqual([
    "accepted",
    "accepted",
  ]);
  const many = await post(rig, JSON.stringify([ROW, 1, 2, 3, 4, 5]));
  expect(many.body.results).toHaveLength(3);
  expect(many.body.resultsOmitted).toBe(2);
});

test("a row without id gets one and is told; with an Idempotency-Key the same one again", async () => {
  const rig = await serve();
  const { prediction_id, ...bare } = ROW;
  const random = await post(rig, JSON.stringify(bare));
  expect(random.body.warnings).toEqual([expect.objectContaining({ code: "no_idempotency", count: 1 })]);
  expect(random.body.results).toEqual([expect.objectContaining({ index: 0, status: "accepted" })]);
  const keyed = { "idempotency-key": "batch-7" };
  const first = await post(rig, JSON.stringify([bare, bare]), keyed);
  const second = await post(rig, JSON.stringify([bare, bare]), keyed);
  expect(first.body).toMatchObject({ accepted: 2, warnings: [] });
  expect(second.body).toMatchObject({ accepted: 0, duplicates: 2 });
  expect(second.body.results.map((r: { id: string }) => r.id)).toEqual(
    first.body.results.map((r: { id: string }) => r.id),
  );
  expect(rig.writer.stored.size).toBe(3);
  const other = await post(rig, JSON.stringify([bare]), keyed);
  expect([other.status, other.body.code]).toEqual([409, "idempotency_key_reused"]);
});

test("a key that is still in flight is 409 with Retry-After", async () => {
  const rig = await serve();
  let release = () => {};
  rig.writer.gate = new Promise((resolve) => {
    release = resolve;
  });
  const keyed = { "idempotency-key": "k" };
  const first = post(rig, JSON.stringify(ROW), keyed);
  await untilTrue(() => rig.queue.counters.queuedRequests === 1);
  const second = await post(rig, JSON.stringify(ROW), keyed);
  expect([second.status, second.body.code, second.headers.get("retry-after")]).toEqual([
    409,
    "idempotency_in_flight",
    "1",
  ]);
  release();
  expect((await first).status).toBe(200);
});

async function untilTrue(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
}

test.each([
  ["text/csv", {}, "unsupported_content_type"],
  ["application/json; charset=latin1", {}, "unsupported_charset"],
  ["application/json", { "content-encoding": "br" }, "unsupported_encoding"],
  ["application/json", { "content-encoding": "gzip, gzip" }, "unsupported_encoding"],
])("%s %o is 415", async (type, headers, code) => {
  const rig = await serve();
  const { status, body } = await post(rig, "{}", { "content-type": type, ...headers });
  expect([status, body.code]).toEqual([415, code]);
});

test("another method is 405 and says which is right", async () => {
  const rig = await serve();
  const response = await fetch(`${rig.origin}/api/v1/predictions`);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});

test("a declared length over the limit is 413 before the body is read", async () => {
  const rig = await serve({ limits: { wireBytes: 100 } });
  const { status, body, headers } = await post(rig, "x".repeat(101));
  expect([status, body.code, body.limit, body.actual]).toEqual([413, "body_too_large", 100, 101]);
  expect(headers.get("connection")).toBe("close");
});

test("a chunked body over the limit is cut at the limit", async () => {
  const rig = await serve({ limits: { wireBytes: 1_000 } });
  const answer = await raw(
    rig,
    `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n${"x".repeat(2_000)}\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('"code":"body_too_large"');
});

/** Sends bytes as they are; resolves to what comes back until the server ends the connection. */
function raw(rig: Served, text: string, thenEnd = false): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(rig.port, "127.0.0.1", () => {
      socket.write(text);
      if (thenEnd) socket.end();
    });
    socket.on("data", (part) => {
      answer += part.toString();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("a body shorter than its Content-Length stores nothing", async () => {
  const rig = await serve();
  const text = JSON.stringify(ROW);
  const answer = await raw(
    rig,
    `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${text.length + 100}\r\n\r\n${text}\n`,
    true,
  );
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(rig.writer.stored.size).toBe(0);
});

test("a body that does not come is 408, and the connection ends", async () => {
  const rig = await serve({ limits: { bodyMs: 50 } });
  const head =
    "POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
  const answer = await raw(rig, `${head}{`);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('"code":"slow_body"');
  expect(rig.queue.counters).toMatchObject({ inFlightRequests: 0, inFlightBytes: 0 });
});

test("what is refused or cut leaves no bytes counted as held", async () => {
  const rig = await serve({ limits: { wireBytes: 100_000 } });
  const headers = { "content-encoding": "gzip" };
  await post(rig, "x".repeat(100_001));
  await post(rig, new Uint8Array(gzipSync(Buffer.alloc(2_000_000))), headers);
  await post(rig, "{", { "content-type": "text/plain" });
  await post(rig, "{");
  await post(rig, JSON.stringify(ROW));
  expect(rig.queue.counters).toMatchObject({
    inFlightRequests: 0,
    inFlightBytes: 0,
    queuedRequests: 0,
    queuedBytes: 0,
  });
});

test("gzip is read; cut in the middle it is 400 and nothing is stored", async () => {
  const rig = await serve();
  const lines = rows(300)
    .map((row) => JSON.stringify(row))
    .join("\n");
  const packed = new Uint8Array(gzipSync(lines));
  const headers = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };
  const cut = await post(rig, packed.slice(0, packed.length - 20), headers);
  expect([cut.status, cut.body.code, rig.writer.stored.size]).toEqual([400, "bad_gzip", 0]);
  const half = await post(rig, packed.slice(0, packed.length / 2), headers);
  expect([half.status, half.body.code, rig.writer.stored.size]).toEqual([400, "bad_gzip", 0]);
  const whole = await post(rig, packed, headers);
  expect(whole.body.accepted).toBe(300);
  const plain = await post(rig, "no gzip", headers);
  expect([plain.status, plain.body.code]).toEqual([400, "bad_gzip"]);
});

test("a gzip bomb is 413 long before it is unpacked", async () => {
  const rig = await serve();
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
  const { status, body } = await post(rig, bomb, { "content-encoding": "gzip" });
  expect([status, body.code]).toEqual([413, "decompressed_too_large"]);
  expect(body.actual).toBeLessThan(10_000_000);
  const large = await serve({ limits: { decodedBytes: 1_000 } });
  const second = await post(large, new Uint8Array(gzipSync("x".repeat(1_001))), {
    "content-encoding": "gzip",
  });
  expect([second.status, second.body.code, second.body.limit]).toEqual([
    413,
    "decompressed_too_large",
    1_000,
  ]);
});

test("Content-Digest is verified on the bytes of the wire", async () => {
  const rig = await serve();
  const text = JSON.stringify(ROW);
  const digest = createHash("sha256").update(text).digest("base64");
  expect((await post(rig, text, { "content-digest": `sha-256=:${digest}:` })).status).toBe(200);
  const bad = await post(rig, `${text} `, { "content-digest": `sha-256=:${digest}:` });
  expect([bad.status, bad.body.code]).toEqual([400, "digest_mismatch"]);
  const odd = await post(rig, text, { "content-digest": "md5=:x:" });
  expect([odd.status, odd.body.code]).toEqual([400, "bad_digest"]);
});

test.each([
  ["storage_full", 503],
  ["read_only", 503],
  ["io_error", 503],
  ["poison", 503],
  ["idempotency_conflict", 409],
] as const)("a store that says %s is a %i", async (reason, expected) => {
  const rig = await serve();
  rig.writer.failure = { reason, message: "secret path" };
  const { status, body, headers } = await post(rig, JSON.stringify(ROW));
  expect(status).toBe(expected);
  expect(JSON.stringify(body)).not.toContain("secret");
  if (expected === 503) {
    expect(body.code).toBe(reason);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
});

test("an error that nobody expected is a 500 without its text", async () => {
  const rig = await serve({ writer: { append: () => Promise.reject(new Error("secret")) } });
  const { status, body } = await post(rig, JSON.stringify(ROW));
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain("secret");
});

test.each([
  ["", "empty_body"],
  ["  ", "empty_body"],
  ["[1,", "invalid_json"],
  ["{", "invalid_json"],
  ['[{"a":1} {"b":2}]', "invalid_json"],
  ["[1,,2]", "invalid_json"],
  ["[]x", "invalid_json"],
  ['{"predictions":[]', "invalid_json"],
  ['{"predictions":[NaN]}', "invalid_json"],
  ["true", "bad_envelope"],
  ['"x"', "bad_envelope"],
  ['{"predictions":{}}', "bad_envelope"],
  ['{"labels":[]}', "bad_envelope"],
  ['{"columns":{"ts":[1],"features":{"a":[1,2]}}}', "unequal_columns"],
  ['{"columns":{"ts":1}}', "bad_envelope"],
  ['{"model":"a","model":"b","predictions":[]}', "duplicate_key"],
  ['{"predictions":[],"predictions":[]}', "duplicate_key"],
  [`${"[".repeat(1_000_000)}`, "too_deep"],
  [`{"a":${"[".repeat(40)}${"]".repeat(40)},"predictions":[]}`, "too_deep"],
])("body %# is refused whole: $1", async (body, code) => {
  const rig = await serve();
  const answer = await post(rig, body);
  expect([answer.status, answer.body.code]).toEqual([400, code]);
  expect(rig.writer.groups).toEqual([]);
});

test("invalid UTF-8 spoils a JSON body, but only its line of NDJSON", async () => {
  const rig = await serve();
  const bad = Buffer.from(JSON.stringify({ ...ROW, prediction_id: "bad#" }));
  bad[bad.indexOf(35)] = 0xff;
  const json = await post(rig, new Uint8Array(bad));
  expect([json.status, json.body.code]).toEqual([400, "invalid_utf8"]);
  const good = Buffer.from(`${JSON.stringify({ ...ROW, features: { name: "é\u2028" } })}\n`);
  const ndjson = await post(rig, new Uint8Array(Buffer.concat([good, bad])), {
    "content-type": "application/x-ndjson",
  });
  expect(ndjson.status).toBe(207);
  expect(ndjson.body.results).toEqual([expect.objectContaining({ index: 1, line: 2, code: "invalid_utf8" })]);
  expect([...rig.writer.stored.values()][0]?.cells.get("features.name")).toBe("é\u2028");
});

test("more rows than allowed are 413 and nothing is stored", async () => {
  const rig = await serve({ limits: { rows: 3 } });
  const json = await post(rig, JSON.stringify(rows(4)));
  expect([json.status, json.body.code, json.body.limit, json.body.actual]).toEqual([
    413,
    "too_many_rows",
    3,
    4,
  ]);
  const lines = rows(5)
    .map((row) => JSON.stringify(row))
    .join("\n\n");
  const ndjson = await post(rig, lines, { "content-type": "application/x-ndjson" });
  expect([ndjson.status, ndjson.body.code, ndjson.body.actual]).toEqual([413, "too_many_rows", 5]);
  const columns = await post(rig, JSON.stringify({ model: "m", columns: { ts: [1, 2, 3, 4] } }));
  expect([columns.status, columns.body.code]).toEqual([413, "too_many_rows"]);
  expect(rig.registry.list()).toEqual([]);
});

test("an empty list is nothing, and fine", async () => {
  const rig = await serve();
  const { status, body } = await post(rig, '{"predictions":[]}');
  expect([status, body]).toEqual([
    200,
    { batchId: null, accepted: 0, duplicates: 0, rejected: 0, warnings: [] },
  ]);
});

test("a large body that turns out broken late stores nothing and makes no model", async () => {
  const rig = await serve();
  const text = JSON.stringify(rows(2_000));
  const { status, body } = await post(rig, `${text.slice(0, -20)}!}]`);
  expect([status, body.code]).toEqual([400, "invalid_json"]);
  expect(body.detail).toContain("row 1999");
  expect([rig.writer.groups, rig.registry.list()]).toEqual([[], []]);
  const good = await post(rig, text);
  expect(good.body.accepted).toBe(2_000);
});

test("labels are stored as their model's task has them", async () => {
  const rig = await serve();
  await post(rig, JSON.stringify(ROW));
  const labels = [
    { prediction_id: "a", value: true, ts: 1769860000 },
    { prediction_id: "zzz", value: 1 },
    { prediction_id: "b", value: "late" },
    { prediction_id: "c" },
    { value: 1 },
  ];
  const { status, body } = await post(
    rig,
    JSON.stringify({ model: "flight-late", labels }),
    {},
    "/api/v1/labels",
  );
  expect([status, body.accepted, body.rejected]).toEqual([207, 3, 2]);
  expect(body.results.map((r: { code: string }) => r.code)).toEqual(["missing_value", "missing_id"]);
  expect(rig.writer.labels.map(({ id, value, ts, fromServer }) => [id, value, ts, fromServer])).toEqual([
    ["a", "true", 1769860000000, false],
    ["zzz", "1", rig.clock.now(), true],
    ["b", "late", rig.clock.now(), true],
  ]);
  const unknown = await post(
    rig,
    JSON.stringify({ model: "nobody", labels: [{ prediction_id: "a", value: 1 }] }),
    {},
    "/api/v1/labels",
  );
  expect([unknown.status, unknown.body.results[0].code]).toEqual([400, "unknown_model"]);
});
