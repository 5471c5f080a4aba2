import { connect } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OWNER, openTestDoor, type TestDoor } from "#server/testing/open-test-door.ts";

let door: TestDoor;
beforeEach(async () => {
  door = await openTestDoor();
});
afterEach(() => door.close());

const bearer = (...scopes: Parameters<TestDoor["makeKey"]>) => ({
  authorization: `Bearer ${door.makeKey(...scopes).key}`,
});
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(door.url + path, { headers, redirect: "manual" });
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(door.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    redirect: "manual",
  });

/** Sends bytes as they are and answers what came back until the connection was closed. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (part) => (text += part));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

test("every answer has the security headers and a request id", async () => {
  for (const path of ["/healthz", "/api/v1/models", "/nothing", "/api/trpc/models.list"]) {
    const { headers } = await get(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-request-id")).toMatch(/^req_/);
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("unknown paths are 404 and known ones with another method 405, both as problems", async () => {
  const unknown = await get("/api/v1/nothing", bearer("read"));
  expect([unknown.status, unknown.headers.get("content-type")]).toEqual([
    404,
    "application/problem+json; charset=utf-8",
  ]);
  expect(await unknown.json()).toMatchObject({
    status: 404,
    code: "unknown_path",
    requestId: expect.any(String),
  });
  const method = await fetch(`${door.url}/api/v1/models`, { method: "DELETE", headers: bearer("read") });
  expect([method.status, method.headers.get("allow")]).toEqual([405, "GET, POST"]);
  expect((await get("/api/other")).status).toBe(404);
});

test("a refused input says where, and never what was sent", async () => {
  const answer = await post(
    "/api/v1/models",
    JSON.stringify({ slug: "m", task: "canary", secret: 1 }),
    bearer("manage"),
  );
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({
    code: "invalid_input",
    errors: [{ path: "task" }, { code: "unrecognized_keys" }],
  });
  expect(text).not.toContain("canary");
  const query = await get("/api/v1/predictions?model=m&limit=many", bearer("read"));
  expect(await query.json()).toMatchObject({ status: 400, errors: [{ path: "limit" }] });
});

test("tRPC refuses with the same problem, and a bug leaks no text", async () => {
  const refused = await get(`/api/trpc/models.get?input=${encodeURIComponent("{}")}`, bearer("read"));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { data: { problem: { code: "invalid_input" } } } });
  const unknown = await get("/api/trpc/models.nothing", bearer("read"));
  expect(unknown.status).toBe(404);
  const broken = await openTestDoor({
    services: { models: { list: () => Promise.reject(new Error("canary detail")) } } as never,
  });
  const answer = await fetch(`${broken.url}/api/trpc/models.list`, {
    headers: { authorization: `Bearer ${broken.makeKey("read").key}` },
  });
  const text = await answer.text();
  expect([answer.status, text.includes("canary")]).toEqual([500, false]);
  expect(text).toContain("internal_error");
  await broken.close();
});

test("batches are limited, whatever their form", async () => {
  const commas = await get(`/api/trpc/${",".repeat(2_000)}?batch=1`, bearer("read"));
  expect(commas.status).toBe(400);
  const eleven = await get(
    `/api/trpc/${Array(11).fill("models.list").join(",")}?batch=1&input={}`,
    bearer("read"),
  );
  expect(eleven.status).toBe(400);
  const ten = await get(
    `/api/trpc/${Array(10).fill("models.list").join(",")}?batch=1&input={}`,
    bearer("read"),
  );
  expect(ten.status).toBe(200);
});

test("a cookie call needs our own page and, to change something, the header", async () => {
  const { cookie } = await door.createOwner();
  const call = (headers: Record<string, string>) =>
    post("/api/trpc/models.create", "{}", { cookie, ...headers });
  const csrf = { "x-plumbline-csrf": "1" };
  expect((await call({})).status).toBe(403);
  expect((await call({ ...csrf, origin: "http://evil.example" })).status).toBe(403);
  expect((await call({ ...csrf, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await call({ ...csrf, origin: door.url })).status).toBe(400);
  expect((await call({ ...csrf, origin: door.url, "content-type": "text/plain" })).status).toBe(415);
  expect((await post("/api/v1/models", "{}", { cookie })).status).toBe(403);
  expect(door.reached).toEqual([]);
});

test("a key in the address is refused before anything reads it", async () => {
  const { key } = door.makeKey("ingest");
  for (const path of [`/api/v1/models?key=${key}`, `/?key=${key}`]) {
    expect((await get(path)).status).toBe(400);
  }
  expect((await post(`/api/v1/predictions?key=${key}`, "{}")).status).toBe(400);
});

test("who sends wrong keys is told to wait, and a good key still works", async () => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    statuses.push((await get("/api/v1/models", { authorization: "Bearer wrong" })).status);
  }
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  expect((await get("/api/v1/models", bearer("read"))).status).toBe(200);
});

test("a body over a mebibyte is refused before it is read, declared or not", async () => {
  const { authorization } = bearer("manage");
  const declared = await raw(
    `POST /api/v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{`,
  );
  expect(declared).toMatch(/^HTTP\/1\.1 413/);
  const chunk = "a".repeat(65_536);
  const chunks = `10000\r\n${chunk}\r\n`.repeat(17);
  const chunked = await raw(
    `POST /api/v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
  );
  expect(chunked).toMatch(/^HTTP\/1\.1 413/);
});

test("pages send strangers to sign in, and let static files pass", async () => {
  const page = await get("/models/flight-late?range=7d");
  expect([page.status, page.headers.get("location")]).toEqual([
    303,
    `/sign-in?next=${encodeURIComponent("/models/flight-late?range=7d")}`,
  ]);
  for (const open of ["/sign-in", "/setup", "/_next/static/chunk.js", "/favicon.ico"]) {
    expect((await get(open)).status).toBe(503);
  }
  expect((await get("/_next/image?url=x")).status).toBe(303);
  expect((await post("/", "{}")).status).toBe(405);
  const { cookie } = await door.createOwner();
  expect((await get("/", { cookie })).status).toBe(503);
});

test("the first owner is made once, by the token, and is signed in at once", async () => {
  expect(await (await get("/api/setup")).json()).toEqual({ needed: true });
  const token = door.setupToken();
  const wrong = await post("/api/setup", JSON.stringify({ token: "guess", ...OWNER }));
  expect(wrong.status).toBe(403);
  const short = await post("/api/setup", JSON.stringify({ token, ...OWNER, password: "short" }));
  expect(short.status).toBe(400);
  const made = await post("/api/setup", JSON.stringify({ token, ...OWNER }));
  expect(made.status).toBe(200);
  const cookie = made.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const me = await get("/api/trpc/session.me", { cookie });
  expect(await me.json()).toMatchObject({ result: { data: { email: OWNER.email, name: OWNER.name } } });
  const again = await post("/api/setup", JSON.stringify({ token: door.setupToken(), ...OWNER }));
  expect(again.status).toBe(409);
});

test("a sign-in link opens a session once and leads only to our own pages", async () => {
  const { userId } = await door.createOwner();
  const token = door.signInToken(userId);
  const opened = await get(`/api/auth-link?token=${token}&next=/models/m`);
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/models/m"]);
  const cookie = opened.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect((await get("/api/trpc/session.me", { cookie })).status).toBe(200);
  const again = await get(`/api/auth-link?token=${token}`);
  expect(again.headers.get("location")).toBe("/sign-in?error=link");
  for (const next of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/%0d%0aset-cookie:a=b\r\n",
  ]) {
    const away = await get(
      `/api/auth-link?token=${door.signInToken(userId)}&next=${encodeURIComponent(next)}`,
    );
    expect(new URL(away.headers.get("location") ?? "", door.url).origin).toBe(door.url);
  }
});

test("sign-in is served, sign-up and the rest of the library are not, and guessing is slowed", async () => {
  await door.createOwner();
  const signIn = (password: string) =>
    post("/api/auth/sign-in/email", JSON.stringify({ email: OWNER.email, password }));
  expect((await signIn(OWNER.password)).status).toBe(200);
  for (const path of ["/api/auth/sign-up/email", "/api/auth/request-password-reset", "/api/auth/error"]) {
    expect((await post(path, "{}")).status).toBe(404);
  }
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) statuses.push((await signIn("wrong password")).status);
  expect(statuses).toEqual([...Array(9).fill(401), 429]);
});

test("live changes arrive over SSE and end when the door closes", async () => {
  const response = await get("/api/trpc/live.changes", bearer("read"));
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (word: string) => {
    while (!text.includes(word)) {
      const part = await reader?.read();
      if (part === undefined || part.done) throw new Error(`The stream ended before ${word}.`);
      text += part.value;
    }
  };
  await until('"hello"');
  door.bus.publish({ kind: "alerts", model: "m" });
  await until('"alerts"');
  expect(door.bus.streams()).toBe(1);
  door.bus.close();
  while ((await reader?.read())?.done === false);
  expect(door.bus.streams()).toBe(0);
});

test("a stream whose reader vanished is given up", async () => {
  const leaving = new AbortController();
  const response = await fetch(`${door.url}/api/trpc/live.changes`, {
    headers: bearer("read"),
    signal: leaving.signal,
  });
  await response.body?.getReader().read();
  await vi.waitFor(() => expect(door.bus.streams()).toBe(1));
  leaving.abort();
  await vi.waitFor(() => expect(door.bus.streams()).toBe(0), { timeout: 10_000 });
});

test("health, readiness, numbers and OpenAPI are served", async () => {
  expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
  expect((await get("/readyz")).status).toBe(200);
  const metrics = await (await get("/metrics")).text();
  expect(metrics).toContain("plumbline_queue_bytes 7");
  expect(metrics).toContain('plumbline_http_requests_total{route="/healthz",status="200"} 1');
  const document = await (await get("/api/v1/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(
    document.paths["/api/v1/models/{model}/metrics"].get.parameters.map((p: { name: string }) => p.name),
  ).toEqual(
    expect.arrayContaining(["model", "from", "to", "version", "segment", "metric", "window", "feature"]),
  );
});

test("a door that shuts refuses with 503 and asks to come again", async () => {
  door.door.refuseAll();
  const answer = await post("/api/v1/predictions", "{}", bearer("ingest"));
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await answer.json()).toMatchObject({ code: "shutting_down" });
});
