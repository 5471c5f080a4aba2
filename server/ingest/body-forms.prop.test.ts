import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { logPredictions } from "#server/ingest/ingest-rows.ts";
import { ingestRig, RIG_NOW } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";

// Many cases: minutes on a machine that is busy with other things.
vi.setConfig({ testTimeout: 180_000 });

const value = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("NaN", "1.5", "x\0"),
);
const NAMES = ["a", "b", "é", "__proto__"];
const row = fc.record({
  prediction_id: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, fc.constant(5)),
  ts: fc.oneof(fc.integer({ min: RIG_NOW - 1e9, max: RIG_NOW }), fc.constant("no time")),
  features: fc
    .tuple(value, value, value, value)
    .map((values) => Object.fromEntries(NAMES.map((name, i) => [name, values[i]]))),
  output: fc.record({
    value: fc.boolean(),
    probability: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(2, null)),
  }),
  segments: fc.record({ s: fc.constantFrom("x", "y", null, 3) }),
  latency_ms: fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constant(null)),
});

test("the same rows as JSON, lines, columns and tRPC are the same rows with the same answers", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const columns = {
        prediction_id: rows.map((one) => one.prediction_id),
        ts: rows.map((one) => one.ts),
        features: Object.fromEntries(
          NAMES.map((name) => [name, rows.map(({ features }) => features[name] ?? null)]),
        ),
        output: {
          value: rows.map(({ output }) => output.value),
          probability: rows.map(({ output }) => output.probability),
        },
        segments: { s: rows.map(({ segments }) => segments.s) },
        latency_ms: rows.map((one) => one.latency_ms),
      };
      const bodies = {
        json: JSON.stringify({ model: "m", version: "v", predictions: rows }),
        ndjson: rows.map((one) => JSON.stringify({ model: "m", version: "v", ...one })).join("\r\n"),
        columns: JSON.stringify({ model: "m", version: "v", columns }),
      };
      const byJson = ingestRig();
      const byLines = ingestRig();
      const byColumns = ingestRig();
      const byTree = ingestRig();
      const { answer } = await readRows(byJson, bodies.json);
      const others = [
        (await readRows(byLines, bodies.ndjson, { form: "ndjson" })).answer,
        (await readRows(byColumns, bodies.columns)).answer,
        await logPredictions(JSON.parse(bodies.json), byTree.context()),
      ];
      for (const other of others) expect(withoutLines(other)).toEqual(withoutLines(answer));
      for (const rig of [byLines, byColumns, byTree]) {
        expect(rig.writer.stored).toEqual(byJson.writer.stored);
        expect(rig.registry.list()).toEqual(byJson.registry.list());
      }
    }),
    { seed: 13, numRuns: 400 },
  );
});

function withoutLines(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"line":\d+,/g, "")
      .replaceAll(/ \(line \d+\)/g, ""),
  );
}

test("a large body in turns is stored like small ones in one go", async () => {
  const rows = fc.sample(row, { seed: 5, numRuns: 700 });
  const whole = ingestRig();
  const parts = ingestRig();
  const { answer } = await readRows(whole, JSON.stringify({ model: "m", predictions: rows }));
  let accepted = 0;
  for (let from = 0; from < rows.length; from += 50) {
    accepted += (
      await readRows(parts, JSON.stringify({ model: "m", predictions: rows.slice(from, from + 50) }))
    ).answer.accepted;
  }
  expect(answer.accepted).toBe(accepted);
  expect(whole.writer.stored).toEqual(parts.writer.stored);
});
