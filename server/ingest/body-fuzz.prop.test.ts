import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { countKeys, isDeeperThan, isPlainObject } from "#server/ingest/json-tree.ts";
import { inferTask } from "#server/ingest/output-filler.ts";
import { predictionRowSchema } from "#server/ingest/row-schema.ts";
import { type IngestRig, ingestRig, RIG_NOW } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { TASKS, type Task } from "#server/models/schema.ts";

// Many cases: minutes on a machine that is busy with other things.
vi.setConfig({ testTimeout: 180_000 });

const RULES = { receivedAt: RIG_NOW, retentionDays: 400 };
const SCHEMAS = new Map(TASKS.map((task) => [task, predictionRowSchema(task, RULES)]));
const CORPUS = Array.from({ length: 100 }, (_, i) =>
  JSON.stringify({
    model: i % 3 === 0 ? "late" : "price",
    prediction_id: `row-${i}`,
    ts: new Date(RIG_NOW - i * 60_000).toISOString(),
    features: {
      carrier: ["AA", "B6", "Zürich"][i % 3],
      distance: 100 + i,
      wind: i % 5 === 0 ? null : i / 7,
      ok: i % 2 === 0,
    },
    output: i % 3 === 0 ? { value: i % 2 === 0, probability: i / 100 } : { value: i * 1.5 },
    segments: { channel: "app" },
  }),
);

/** A second, slow judge of one line: strict decoding, a parse, a key count over the text without its strings, the schema. */
function judgeLine(line: Buffer, tasks: Map<string, Task>): boolean {
  if (!isUtf8(line)) return false;
  const text = line.toString();
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return false;
  }
  const keys = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(":").length - 1;
  if (!isPlainObject(row) || keys !== countKeys(row) || isDeeperThan(row, 32)) return false;
  const { model, output } = row;
  if (typeof model !== "string" || !isPlainObject(output)) return false;
  const slug = model.normalize("NFC");
  const task = tasks.get(slug) ?? inferTask(output);
  if (task === null || SCHEMAS.get(task)?.safeParse(row).success !== true) return false;
  tasks.set(slug, task);
  return true;
}

function linesOf(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from <= body.length; ) {
    const end = body.indexOf(10, from);
    lines.push(body.subarray(from, end === -1 ? body.length : end));
    from = end === -1 ? body.length + 1 : end + 1;
  }
  return lines.filter((line) => !/^[ \t\r]*$/.test(line.toString("latin1")));
}

const flips = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('"{}[]:,\\\n0eE-'))),
    kind: fc.constantFrom("replace", "insert", "delete"),
  }),
  { minLength: 1, maxLength: 12 },
);

function mutate(body: Buffer, changes: readonly { at: number; byte: number; kind: string }[]): Buffer {
  let bytes = body;
  for (const { at, byte, kind } of changes) {
    const place = Math.floor(at * bytes.length);
    const keep = kind === "insert" ? place : place + 1;
    const middle = kind === "delete" ? [] : [byte];
    bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(middle), bytes.subarray(keep)]);
  }
  return bytes;
}

async function outcomeOrRefusal(rig: IngestRig, body: Buffer, form: "json" | "ndjson") {
  try {
    return await readRows(rig, body, { form, allResults: true });
  } catch (error) {
    if (error instanceof ServiceError && ["bad_request", "too_large"].includes(error.code)) return null;
    throw error;
  }
}

test("every line of a damaged body gets one result, and the good ones are those that a second judge finds", async () => {
  const corpus = Buffer.from(CORPUS.join("\n"));
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const body = mutate(corpus, changes);
      const rig = ingestRig();
      const outcome = await outcomeOrRefusal(rig, body, "ndjson");
      const lines = linesOf(body);
      const tasks = new Map<string, Task>();
      const expected = lines.map((line) => judgeLine(line, tasks));
      const results = outcome?.answer.results ?? [];
      expect(results.map(({ index }) => index)).toEqual(lines.map((_, index) => index));
      expect(results.map(({ status }) => status !== "rejected")).toEqual(expected);
      const { accepted = 0, duplicates = 0, rejected = 0 } = outcome?.answer ?? {};
      expect(accepted + duplicates + rejected).toBe(lines.length);
      expect(rig.writer.stored.size).toBe(accepted);
    }),
    { seed: 16, numRuns: 400 },
  );
});

test("a damaged JSON body is refused whole or says of every row what became of it", async () => {
  const corpus = Buffer.from(`{"version":"v1","predictions":[${CORPUS.join(",")}]}`);
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const body = mutate(corpus, changes);
      const rig = ingestRig();
      const outcome = await outcomeOrRefusal(rig, body, "json");
      const tree = parsed(body);
      if (outcome === null) {
        expect(rig.writer.groups).toEqual([]);
        expect(rig.registry.list()).toEqual([]);
        return;
      }
      expect(tree).not.toBeUndefined();
      const rows = isPlainObject(tree) && Array.isArray(tree.predictions) ? tree.predictions.length : 1;
      expect(outcome.answer.results).toHaveLength(rows);
      expect(rig.writer.stored.size).toBe(outcome.answer.accepted);
    }),
    { seed: 17, numRuns: 1_500 },
  );
});

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

test("bytes that were never JSON are refused without a crash", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom("json" as const, "ndjson" as const),
      async (bytes, form) => {
        const rig = ingestRig();
        await outcomeOrRefusal(rig, Buffer.from(bytes), form);
        expect(rig.writer.stored.size).toBe(0);
      },
    ),
    { seed: 18, numRuns: 3_000 },
  );
});

test("JSON made of the scanner's own characters is cut where the parser cuts it", async () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    '\\"',
    "a",
    "1",
    " ",
    '"a"',
    '"predictions":',
    "null",
    "\n",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (pieces) => {
      const body = Buffer.from(`[${pieces.join("")}]`);
      const rig = ingestRig();
      const outcome = await outcomeOrRefusal(rig, body, "json");
      const tree = parsed(body);
      if (Array.isArray(tree)) expect(outcome?.answer.rejected).toBe(tree.length);
      else expect(outcome).toBeNull();
    }),
    { seed: 19, numRuns: 6_000 },
  );
});
