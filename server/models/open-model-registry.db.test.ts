import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { fixedClock } from "#server/kernel/clock.ts";
import { openModelCatalog } from "#server/models/model-catalog.ts";
import { openModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { listEvents, readEventInput, readStages, recordEvent } from "#server/models/timeline.ts";

const clock = fixedClock(1_000);
let folder = "";
let meta: MetaDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-models-"));
  meta = openMeta(join(folder, "meta.db"));
});
afterEach(() => {
  meta.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

const distance = { name: "distance", type: "number", segment: false } as const;
const carrier = { name: "carrier", type: "category", segment: true } as const;

test("what is created and extended is there after a restart", () => {
  const registry = openModelRegistry(meta, clock);
  const created = registry.create({ slug: "m", task: "binary", features: [distance], origin: "api" });
  registry.extend(created.modelId, {
    features: [carrier, distance],
    dimensions: ["channel"],
    positiveClass: "late",
  });
  registry.touchVersion(created.modelId, "v1");
  const again = openModelRegistry(meta, clock);
  expect(again.find("m")).toEqual({
    modelId: created.modelId,
    slug: "m",
    task: "binary",
    windowMs: 3_600_000,
    positiveClass: "late",
    threshold: 0.5,
    features: [distance, carrier],
    dimensions: ["channel"],
    revision: 2,
  } satisfies ModelSchema);
  expect(again.versions(created.modelId)).toEqual(["v1"]);
});

test("extending with what is known changes and announces nothing", () => {
  const registry = openModelRegistry(meta, clock);
  const { modelId } = registry.create({ slug: "m", task: "binary", features: [distance], origin: "api" });
  const heard: number[] = [];
  registry.onChange((schema) => heard.push(schema.revision));
  registry.extend(modelId, { features: [{ ...distance, type: "category" }] });
  expect(registry.byId(modelId)?.features).toEqual([distance]);
  expect(heard).toEqual([]);
  registry.extend(modelId, { features: [carrier, carrier] });
  expect(heard).toEqual([2]);
  expect(registry.byId(modelId)?.features).toEqual([distance, carrier]);
});

test("hostile names are ordinary features", () => {
  const registry = openModelRegistry(meta, clock);
  const { modelId } = registry.create({ slug: "'; DROP TABLE models", task: "binary", origin: "api" });
  const names = ["__proto__", "constructor", '"; DROP TABLE models; --', "<img onerror>", "\u202Ename"];
  registry.extend(modelId, { features: names.map((name) => ({ name, type: "number", segment: false })) });
  expect(
    openModelRegistry(meta, clock)
      .byId(modelId)
      ?.features.map(({ name }) => name),
  ).toEqual(names);
});

test("an edit of an unknown feature is refused, of a known one kept", () => {
  const registry = openModelRegistry(meta, clock);
  const { modelId } = registry.create({
    slug: "m",
    task: "binary",
    features: [distance, carrier],
    origin: "api",
  });
  expect(() => registry.update(modelId, { features: [{ name: "nothing", segment: true }] })).toThrow(
    /no feature/,
  );
  registry.update(modelId, { threshold: 0.3, features: [{ name: "distance", segment: true }] });
  const stored = openModelRegistry(meta, clock).byId(modelId);
  expect(stored?.threshold).toBe(0.3);
  expect(stored?.features).toEqual([{ ...distance, segment: true }, carrier]);
});

test("a slug is taken once", () => {
  const registry = openModelRegistry(meta, clock);
  registry.create({ slug: "m", task: "binary", origin: "api" });
  expect(() => registry.create({ slug: "m", task: "binary", origin: "api" })).toThrow(/already/);
});

test("another connection sees models, versions and champions without being told", () => {
  const registry = openModelRegistry(meta, clock);
  const other = openMeta(join(folder, "meta.db"), { readonly: true });
  const catalog = openModelCatalog(other);
  expect(catalog.list()).toEqual([]);
  const { modelId } = registry.create({ slug: "m", task: "binary", origin: "api" });
  registry.touchVersion(modelId, "v1");
  expect(catalog.find("m")?.schema.modelId).toBe(modelId);
  expect(catalog.championIntervals(modelId)).toEqual([]);
  const promote = { model: "m", kind: "stage", version: "v1", stage: "champion" } as const;
  recordEvent(meta, clock, modelId, readEventInput(promote, "ada"));
  expect(catalog.championIntervals(modelId)).toEqual([
    { version: "v1", from: 1_000, to: Number.POSITIVE_INFINITY },
  ]);
  expect(catalog.versions(modelId)).toEqual(["v1"]);
  other.$client.close();
});

test("events are listed by their time, and a stage event needs version and stage", () => {
  const { modelId } = openModelRegistry(meta, clock).create({ slug: "m", task: "binary", origin: "api" });
  const note = { model: "m", kind: "note", text: "late", at: "1970-01-01T00:00:09Z" } as const;
  recordEvent(meta, clock, modelId, readEventInput(note, "ada"));
  const deploy = { model: "m", kind: "deploy", version: "v2", at: "1970-01-01T00:00:02Z" } as const;
  recordEvent(meta, clock, modelId, readEventInput(deploy, "ci"));
  expect(listEvents(meta, modelId, 0, 9_000).map(({ text }) => text)).toEqual(["v2 deployed."]);
  expect(listEvents(meta, modelId, 0, 9_001).map(({ text }) => text)).toEqual(["v2 deployed.", "late"]);
  expect(() => readEventInput({ model: "m", kind: "stage", version: "v1" }, "ada")).toThrow(/stage/);
  expect(readStages(meta, modelId).size).toBe(0);
});
