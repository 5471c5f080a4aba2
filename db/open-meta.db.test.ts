import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inTransaction, openMeta } from "#db/open-meta.ts";
import { models } from "#db/schema/models.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-meta-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MODEL = {
  slug: "flight-late",
  name: "Flight late",
  task: "binary",
  windowMs: 3_600_000,
  positiveClass: null,
  threshold: 0.5,
  origin: "api",
  revision: 1,
  createdAt: 0,
} as const;

test("a fresh file is migrated, durable, and opens again", () => {
  const path = join(folder, "meta.db");
  const first = openMeta(path);
  first.insert(models).values(MODEL).run();
  expect(first.$client.pragma("synchronous", { simple: true })).toBe(2);
  expect(first.$client.pragma("foreign_keys", { simple: true })).toBe(1);
  first.$client.close();
  const second = openMeta(path);
  expect(second.select().from(models).where(eq(models.slug, "flight-late")).all()).toHaveLength(1);
  second.$client.close();
});

test("a failed transaction leaves nothing behind", () => {
  const meta = openMeta(join(folder, "meta.db"));
  const fails = () =>
    inTransaction(meta, () => {
      meta.insert(models).values(MODEL).run();
      throw new Error("stop");
    });
  expect(fails).toThrow("stop");
  expect(meta.select().from(models).all()).toEqual([]);
  meta.$client.close();
});

test("a read-only connection cannot write and does not create a file", () => {
  const path = join(folder, "meta.db");
  expect(() => openMeta(path, { readonly: true })).toThrow();
  openMeta(path).$client.close();
  const reader = openMeta(path, { readonly: true });
  expect(() => reader.insert(models).values(MODEL).run()).toThrow();
  reader.$client.close();
});
