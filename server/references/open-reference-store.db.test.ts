import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { insertModel } from "#db/queries/models.ts";
import { openReferenceStore } from "#server/references/open-reference-store.ts";
import type { Reference } from "#server/references/reference.ts";
import { encodeSample } from "#server/references/reference-sample.ts";

let folder = "";
let meta: MetaDatabase;
let modelId = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windows-references-"));
  meta = openMeta(join(folder, "meta.db"));
  modelId = insertModel(meta, {
    slug: "m",
    name: "m",
    task: "binary",
    windowMs: 3_600_000,
    positiveClass: null,
    threshold: 0.5,
    origin: "api",
    revision: 1,
    createdAt: 0,
  });
});
afterEach(() => {
  meta.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

function reference(refId: string, createdAt: number, more: Partial<Reference> = {}): Reference {
  return {
    refId,
    modelId,
    version: "v1",
    name: refId,
    rows: 3,
    labelled: 2,
    createdAt,
    source: "upload",
    skipped: [{ what: "id", reason: "It is an identifier." }],
    layoutJson: "{}",
    summary: Uint8Array.of(1, 2, 3),
    segments: null,
    ...more,
  };
}

test("a reference comes back as it was saved", () => {
  const store = openReferenceStore(meta);
  store.save(reference("sha256:a", 10, { segments: Uint8Array.of(9) }));
  const found = store.find(modelId, "v1", "sha256:a");
  expect(found).toMatchObject({ rows: 3, labelled: 2, createdAt: 10, skipped: [{ what: "id" }] });
  expect([...(found?.summary ?? [])]).toEqual([1, 2, 3]);
  expect([...(found?.segments ?? [])]).toEqual([9]);
  expect(store.find(modelId, "v2", "sha256:a")).toBeNull();
});

test("the latest saved is in force, also when it was there before; it keeps its first name and time", () => {
  const store = openReferenceStore(meta);
  store.save(reference("sha256:a", 10));
  store.save(reference("sha256:b", 20));
  expect(store.current(modelId, "v1")?.refId).toBe("sha256:b");
  store.save(reference("sha256:a", 20, { name: "again" }));
  expect(store.current(modelId, "v1")).toMatchObject({ refId: "sha256:a", name: "sha256:a", createdAt: 10 });
  expect(store.list(modelId).map(({ refId }) => refId)).toEqual(["sha256:a", "sha256:b"]);
  expect(store.current(modelId, "v2")).toBeNull();
});

test("a reference without a sample has none; saving it again with one adds it, and only the first", () => {
  const store = openReferenceStore(meta);
  const sampleOf = (value: number) =>
    encodeSample(
      Float64Array.of(0),
      [["features.x", { kind: "number", values: Float64Array.of(value), states: null, texts: null }]],
      1,
    );
  store.save(reference("sha256:a", 10));
  expect(store.sample(modelId, "v1", "sha256:a")).toBeNull();
  store.save(reference("sha256:a", 20), sampleOf(1));
  store.save(reference("sha256:a", 30), sampleOf(2));
  const column = store.sample(modelId, "v1", "sha256:a")?.column("features.x");
  expect(column).toMatchObject({ values: Float64Array.of(1) });
  expect(store.current(modelId, "v1")?.name).toBe("sha256:a");
});
