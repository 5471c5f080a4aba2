import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { createApiKey, listKeys, revokeKey } from "#server/access/api-keys.ts";
import { createKeyCache } from "#server/access/key-cache.ts";
import { makeKey, parseKey } from "#server/access/key-format.ts";
import { fixedClock } from "#server/kernel/clock.ts";

const DAY_MS = 86_400_000;
let folder = "";
let meta: MetaDatabase;
let clock = fixedClock(1_000_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-keys-"));
  meta = openMeta(join(folder, "meta.db"));
  clock = fixedClock(1_000_000);
});
afterEach(() => {
  meta.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a made key has the published format and parses to its own parts", () => {
  const made = makeKey(["ingest"]);
  expect(made.text).toMatch(/^plb_in_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  expect(parseKey(made.text)).toEqual({ keyId: made.keyId, secretHash: made.secretHash });
  expect(makeKey(["ingest", "read"]).text).toMatch(/^plb_mx_/);
});

test("one changed character anywhere is noticed without a look-up", () => {
  const { text } = makeKey(["read"]);
  for (let place = 0; place < text.length; place++) {
    const other = text[place] === "A" ? "B" : "A";
    expect(parseKey(`${text.slice(0, place)}${other}${text.slice(place + 1)}`)).toBeNull();
  }
});

test("the right secret gives the principal, a wrong one of a known id nothing", () => {
  const { key, info } = createApiKey(meta, clock, { name: "ci", scopes: ["ingest", "ingest"] }, "ada");
  const cache = createKeyCache(meta, clock);
  expect(cache.authenticate(key)).toEqual({ kind: "key", keyId: info.id, name: "ci", scopes: ["ingest"] });
  expect(cache.authenticate(makeKey(["ingest"]).text)).toBeNull();
  const row = meta.$client.prepare("select * from api_keys").get();
  expect(JSON.stringify(row)).not.toContain(key.split("_")[3]);
});

test("a key ends at its expiry", () => {
  const { key } = createApiKey(meta, clock, { name: "ci", scopes: ["read"], expiresInDays: 1 }, "ada");
  const cache = createKeyCache(meta, clock);
  clock.advance(DAY_MS - 1);
  expect(cache.authenticate(key)).not.toBeNull();
  clock.advance(1);
  expect(cache.authenticate(key)).toBeNull();
});

test("a revocation by another process counts within a second", () => {
  const { key, info } = createApiKey(meta, clock, { name: "ci", scopes: ["read"] }, "ada");
  const cache = createKeyCache(meta, clock);
  expect(cache.authenticate(key)).not.toBeNull();
  const other = openMeta(join(folder, "meta.db"));
  revokeKey(other, clock, info.prefix);
  other.$client.close();
  clock.advance(1_000);
  expect(cache.authenticate(key)).toBeNull();
});

test("a revocation here counts at once, and use is recorded once in five minutes", () => {
  const { key, info } = createApiKey(meta, clock, { name: "ci", scopes: ["read"] }, "ada");
  const cache = createKeyCache(meta, clock);
  cache.authenticate(key);
  cache.recordUse();
  expect(listKeys(meta)[0]?.lastUsedAt).toBe(new Date(1_000_000).toISOString());
  clock.advance(60_000);
  cache.authenticate(key);
  cache.recordUse();
  expect(listKeys(meta)[0]?.lastUsedAt).toBe(new Date(1_000_000).toISOString());
  revokeKey(meta, clock, info.id);
  cache.clear();
  expect(cache.authenticate(key)).toBeNull();
});
