import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { labelRowSchema, predictionRowSchema } from "#server/ingest/row-schema.ts";
import { ingestRig, RIG_NOW } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";
import { TASKS } from "#server/models/schema.ts";

// Many cases: minutes on a machine that is busy with other things.
vi.setConfig({ testTimeout: 180_000 });

const RULES = { receivedAt: RIG_NOW, retentionDays: 400 };
const DAY = 86_400_000;

const oddText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom(
    "",
    "a\0b",
    "\ud800",
    "NaN",
    "Infinity",
    "1.5",
    " 7e1 ",
    "1e999",
    "true",
    "é".repeat(129),
    "x".repeat(300),
  ),
);
const oddNumber = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(0, -0, 1, 0.5, 1.000_000_5, 1.1, -0.000_000_5, -1, 2 ** 53 + 2, 1e300),
);
const scalar = fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null));
const anything = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.constantFrom({}, [], [1], { a: 1 }, ["a", "b"], [0.5, 0.5]),
);
const dictionary = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.oneof(fc.constantFrom("a", "b", "__proto__", "toString"), oddText), value, {
    maxKeys: 4,
    noNullPrototype: false,
  });
const time = fc.oneof(
  fc
    .integer({ min: RIG_NOW - 500 * DAY, max: RIG_NOW + 2 * DAY })
    .chain((ms) =>
      fc.constantFrom<unknown>(
        new Date(ms).toISOString(),
        new Date(ms).toISOString().replace("Z", "+05:30"),
        new Date(ms).toISOString().replace("T", " "),
        new Date(ms).toISOString().replace("Z", ""),
        ms / 1_000,
        ms,
        ms * 1_000,
        ms * 1_000_000,
      ),
    ),
  fc.constantFrom(
    "2025-02-29T00:00:00Z",
    "2025-06-31T00:00:00Z",
    "2025-12-31T23:59:60Z",
    "2025-12-31T24:00:00Z",
    "2025-12-31T23:00:00+24:00",
  ),
  anything,
);
const probability = fc.oneof({ weight: 3, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, anything);
const output = fc.oneof(
  fc.record(
    {
      value: anything,
      probability,
      probabilities: fc.oneof(dictionary(probability), anything),
      items: fc.oneof(fc.array(fc.oneof(oddText, fc.integer()), { maxLength: 3 }), anything),
      scores: fc.oneof(fc.array(oddNumber, { maxLength: 3 }), anything),
    },
    { requiredKeys: [] },
  ),
  anything,
);
const predictionRow = fc.record(
  {
    version: fc.oneof({ weight: 3, arbitrary: fc.constant("v") }, anything),
    prediction_id: fc.oneof({ weight: 3, arbitrary: fc.uuid() }, anything),
    ts: time,
    features: fc.oneof({ weight: 4, arbitrary: dictionary(anything) }, anything),
    output,
    segments: fc.oneof({ weight: 4, arbitrary: dictionary(scalar) }, anything),
    latency_ms: fc.oneof(fc.double({ min: 0, max: 1e4, noNaN: true }), anything),
    op: fc.constantFrom(undefined, null, "log"),
    extra: anything,
  },
  { requiredKeys: ["output"] },
);
const labelRow = fc.record(
  {
    prediction_id: fc.oneof({ weight: 3, arbitrary: fc.uuid() }, anything),
    value: fc.oneof(anything, dictionary(oddNumber)),
    ts: time,
  },
  { requiredKeys: [] },
);

/** Names that are one after normalisation make a row a duplicate_key, which a schema cannot see. */
function hasTwinNames(row: unknown): boolean {
  if (typeof row !== "object" || row === null) return false;
  const keys = Object.keys(row).map((key) => key.normalize("NFC"));
  return new Set(keys).size !== keys.length || Object.values(row).some(hasTwinNames);
}

test.each(TASKS)("the intake and the schema agree on every prediction of a %s model", async (task) => {
  const schema = predictionRowSchema(task, RULES);
  await fc.assert(
    fc.asyncProperty(fc.array(predictionRow, { minLength: 1, maxLength: 10 }), async (drawn) => {
      const text = JSON.stringify(drawn);
      const rows: unknown[] = JSON.parse(text);
      fc.pre(!rows.some(hasTwinNames));
      const rig = ingestRig();
      rig.registry.create({ slug: "m", task, origin: "api" });
      const { answer } = await readRows(rig, `{"model":"m","predictions":${text}}`);
      const refused = (answer.results ?? [])
        .filter(({ status }) => status === "rejected")
        .map(({ index }) => index);
      const expected = rows.flatMap((row, index) => (schema.safeParse(row).success ? [] : [index]));
      expect(refused, text).toEqual(expected);
    }),
    { seed: 20_260_131, numRuns: 1_500 },
  );
});

test.each(TASKS)("the intake and the schema agree on every label of a %s model", async (task) => {
  const schema = labelRowSchema(task, RULES);
  await fc.assert(
    fc.asyncProperty(fc.array(labelRow, { minLength: 1, maxLength: 10 }), async (drawn) => {
      const text = JSON.stringify(drawn);
      const rig = ingestRig();
      rig.registry.create({ slug: "m", task, origin: "api" });
      const { answer } = await readRows(rig, `{"model":"m","labels":${text}}`, { kind: "labels" });
      const refused = (answer.results ?? [])
        .filter(({ status }) => status === "rejected")
        .map(({ index }) => index);
      const rows: unknown[] = JSON.parse(text);
      expect(refused, text).toEqual(
        rows.flatMap((row, index) => (schema.safeParse(row).success ? [] : [index])),
      );
    }),
    { seed: 20_260_131, numRuns: 1_000 },
  );
});
