import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { createReference, type ReferenceUpload } from "#server/references/create-reference.ts";
import type { Reference, ReferenceStore } from "#server/references/reference.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const directory = mkdtempSync(join(tmpdir(), "windows-reference-"));
afterAll(() => rmSync(directory, { recursive: true }));

function memoryStore(): ReferenceStore {
  const kept = new Map<string, Reference>();
  return {
    find: (_model, _version, refId) => kept.get(refId) ?? null,
    current: () => [...kept.values()].at(-1) ?? null,
    list: () => [...kept.values()],
    sample: () => null,
    save: (reference) => {
      const known = kept.get(reference.refId) ?? reference;
      kept.set(known.refId, known);
      return known;
    },
  };
}

function upload(body: Buffer, more: Partial<ReferenceUpload>): ReferenceUpload {
  return {
    stream: Readable.from([body]),
    contentType: "text/csv",
    gzip: false,
    map: "label:y",
    version: "v1",
    name: "first",
    model: schemaOf({ dimensions: ["channel"] }),
    store: memoryStore(),
    now: 5,
    directory,
    ...more,
  };
}

const CSV = Buffer.from("x,segments.channel,y\n1,app,0\n2,web,1\n");

test("an upload is profiled in a thread, saved once, and leaves no file behind", async () => {
  const store = memoryStore();
  const progress: number[] = [];
  const made = await createReference(
    upload(gzipSync(CSV), { gzip: true, store, onProgress: ({ rows }) => progress.push(rows) }),
  );
  expect(made.reference).toMatchObject({
    rows: 2,
    labelled: 2,
    name: "first",
    createdAt: 5,
    source: "upload",
  });
  expect(made).toMatchObject({
    known: false,
    inferred: { dimensions: [], features: [{ name: "x", type: "number" }] },
  });
  expect(progress.at(-1)).toBe(2);
  const again = await createReference(upload(CSV, { store, name: "second" }));
  expect(again.known).toBe(true);
  expect(again.reference.name).toBe("first");
  expect(readdirSync(directory)).toEqual([]);
});

test("refusals from the thread arrive as they were meant, and broken bodies are refused", async () => {
  const cases: Array<[Partial<ReferenceUpload>, string]> = [
    [{ map: "label:z" }, "bad_map"],
    [{ contentType: "image/png" }, "unsupported_format"],
    [{ gzip: true }, "bad_gzip"],
  ];
  for (const [more, reason] of cases) {
    await expect(createReference(upload(CSV, more))).rejects.toMatchObject({ name: "ServiceError", reason });
  }
  const cut = gzipSync(Buffer.alloc(5000, "1\n"));
  const half = upload(cut.subarray(0, cut.length - 9), { gzip: true });
  await expect(createReference(half)).rejects.toMatchObject({ name: "ServiceError", code: "bad_request" });
  expect(readdirSync(directory)).toEqual([]);
});
