import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { createSignIn } from "#server/access/create-sign-in.ts";
import { createLinkToken, useLinkToken } from "#server/access/one-time-links.ts";
import { deriveKey, loadSecretKey } from "#server/access/secret-key.ts";
import { fixedClock, systemClock } from "#server/kernel/clock.ts";
import { createLogger } from "#server/kernel/logger.ts";

let folder = "";
let meta: MetaDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-sign-in-"));
  meta = openMeta(join(folder, "meta.db"));
});
afterEach(() => {
  meta.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

const OWNER = { email: "Ada@example.org", name: "Ada", password: "a long enough password" };
const open = (baseUrl = "http://127.0.0.1:3000") =>
  createSignIn({
    meta,
    clock: systemClock,
    secretKey: "k".repeat(43),
    baseUrl,
    logger: createLogger("silent", "test"),
  });
const post = (path: string, body: unknown) =>
  new Request(`http://127.0.0.1:3000/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";

test("the owner signs in with e-mail and password, and is known by the cookie until signing out", async () => {
  const signIn = open();
  await signIn.createOwner(OWNER);
  const answer = await signIn.handle(
    post("/sign-in/email", { email: "ada@example.org", password: OWNER.password }),
  );
  expect(answer.status).toBe(200);
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^plumbline_session=.*HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/i);
  const headers = new Headers({ cookie: cookieOf(answer) });
  expect(await signIn.person(headers)).toMatchObject({
    kind: "person",
    email: "ada@example.org",
    name: "Ada",
  });
  const out = new Request("http://127.0.0.1:3000/api/auth/sign-out", { method: "POST", headers });
  expect((await signIn.handle(out)).status).toBe(200);
  expect(await signIn.person(headers)).toBeNull();
});

test("a wrong password and an unknown person get the same answer", async () => {
  const signIn = open();
  await signIn.createOwner(OWNER);
  const wrong = await signIn.handle(
    post("/sign-in/email", { email: OWNER.email, password: "not the password" }),
  );
  const unknown = await signIn.handle(
    post("/sign-in/email", { email: "eve@example.org", password: "not the password" }),
  );
  expect([wrong.status, await wrong.text()]).toEqual([unknown.status, await unknown.text()]);
  expect(wrong.status).toBe(401);
});

test("nobody can sign up, and only a few paths are served", async () => {
  const signIn = open();
  const answer = await signIn.handle(post("/sign-up/email", { ...OWNER }));
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(signIn.serves("POST", "/sign-up/email")).toBe(false);
  expect(signIn.serves("POST", "/open-session")).toBe(false);
  expect(signIn.serves("GET", "/sign-in/email")).toBe(false);
  expect(signIn.serves("POST", "/sign-in/email")).toBe(true);
});

test("a forged cookie is nobody", async () => {
  const signIn = open();
  await signIn.createOwner(OWNER);
  expect(await signIn.person(new Headers({ cookie: "plumbline_session=abc.def" }))).toBeNull();
  expect(await signIn.person(new Headers())).toBeNull();
});

test("behind TLS the cookie is Secure and bound to the host", async () => {
  const signIn = open("https://plumbline.example.org");
  const { userId } = await signIn.createOwner(OWNER);
  const answer = await signIn.openSession(userId, new Headers());
  expect(answer.headers.get("set-cookie")).toMatch(/^__Host-plumbline_session=.*Secure/);
  expect(await signIn.person(new Headers({ cookie: cookieOf(answer) }))).toMatchObject({ userId });
});

test("a link works once, for its purpose, within the hour", () => {
  const clock = fixedClock(0);
  const token = createLinkToken(meta, clock, "sign-in", "u1");
  expect(useLinkToken(meta, clock, "setup", token)).toBeNull();
  expect(useLinkToken(meta, clock, "sign-in", token)).toEqual({ userId: "u1" });
  expect(useLinkToken(meta, clock, "sign-in", token)).toBeNull();
  const late = createLinkToken(meta, clock, "sign-in", "u1");
  clock.advance(3_600_000);
  expect(useLinkToken(meta, clock, "sign-in", late)).toBeNull();
  expect(JSON.stringify(meta.$client.prepare("select * from one_time_tokens").all())).not.toContain(token);
});

test("a new set-up link ends the one before", () => {
  const clock = fixedClock(0);
  const first = createLinkToken(meta, clock, "setup", null);
  const second = createLinkToken(meta, clock, "setup", null);
  expect(useLinkToken(meta, clock, "setup", first)).toBeNull();
  expect(useLinkToken(meta, clock, "setup", second)).toEqual({ userId: null });
});

test("the secret is made once, and every purpose has its own key", () => {
  const made = loadSecretKey(folder, null);
  expect(loadSecretKey(folder, null)).toBe(made);
  expect(loadSecretKey(folder, "set")).toBe("set");
  expect(deriveKey(made, "a").equals(deriveKey(made, "b"))).toBe(false);
});
