import fc from "fast-check";
import { expect, test } from "vitest";
import { fixedClock } from "#server/kernel/clock.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { createWindowFolder } from "#server/store/testing/counting-folder.ts";
import { groupOf, type LoggedRow, NOON } from "#server/store/testing/groups.ts";
import { temporaryDirectory } from "#server/store/testing/temporary-directory.ts";

const text = fc.string({ unit: "grapheme", maxLength: 10 }).filter((value) => !value.includes("\0"));
const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "distance", "a.b"), text);
const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0.1, 1e21, 5e-324),
  )
  .map((value) => (value === 0 ? 0 : value));
const row = fc.record({
  id: text,
  ts: fc.integer({ min: NOON - 10_000_000, max: NOON }),
  features: fc.dictionary(name, fc.oneof(number, text, fc.constant(null)), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  segments: fc.dictionary(name, fc.oneof(text, fc.constant(null)), { maxKeys: 2, noNullPrototype: true }),
  probability: fc.option(
    fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
    { nil: undefined },
  ),
});

/** A column holds one type: where a name comes with numbers and with texts, the numbers decide for the batch. */
function oneType(rows: ReadonlyArray<{ features: Record<string, unknown> }>): boolean {
  const types = new Map<string, Set<string>>();
  for (const { features } of rows) {
    for (const key of Object.keys(features)) {
      const known = types.get(key) ?? new Set<string>();
      if (features[key] !== null) known.add(typeof features[key]);
      types.set(key, known);
    }
  }
  return [...types.values()].every((known) => known.size <= 1);
}

const batch = fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: ({ id }) => id }).filter(oneType);

test("what is stored is read back as it was logged, fresh, merged and after a restart", () => {
  const directory = temporaryDirectory("property");
  let modelId = 0;
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), (batches) => {
      modelId++;
      const open = () =>
        openEventWriter({
          directory,
          createFolder: createWindowFolder,
          clock: fixedClock(NOON),
          minFreeBytes: 0,
          compaction: { finalRows: 12, fanIn: 3, mostFreshRows: 100 },
        });
      const first = new Map<string, (typeof batches)[number][number]>();
      let writer = open();
      for (const rows of batches) {
        writer.append(groupOf([{ predictions: [{ modelId, rows: rows.map(loggedRow) }] }]));
        for (const one of rows) if (!first.has(one.id)) first.set(one.id, one);
      }
      const expected = [...first.values()].map(plain).sort(byId);
      expect(read(directory, modelId)).toEqual(expected);
      while (writer.maintain(50));
      expect(read(directory, modelId)).toEqual(expected);
      writer.close();
      writer = open();
      expect(read(directory, modelId)).toEqual(expected);
      writer.close();
    }),
    { seed: 21, numRuns: 25 },
  );
});

type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

function loggedRow({ id, ts, features, segments, probability }: Row): LoggedRow {
  const cells = [
    ...Object.entries(features).map(([key, value]) => [`features.${key}`, value] as const),
    ...Object.entries(segments).map(([key, value]) => [`segments.${key}`, value] as const),
    ...(probability === undefined ? [] : [["output.probability", probability] as const]),
  ];
  return { id, ts, cells: Object.fromEntries(cells) };
}

interface PlainRow {
  readonly id: string;
  readonly ts: number;
  readonly features: ReadonlyArray<[string, unknown]>;
  readonly segments: ReadonlyArray<[string, unknown]>;
  readonly probability: number | null | undefined;
}

function plain({ id, ts, features, segments, probability }: Row): PlainRow {
  return { id, ts, features: entries(features), segments: entries(segments), probability };
}

function read(directory: string, modelId: number): PlainRow[] {
  const reader = openEventReader(directory);
  const page = reader.readRows({
    modelId,
    from: 0,
    to: NOON * 2,
    where: [],
    order: "newest",
    limit: 1_000,
    cursor: null,
    budgetMs: 10_000,
  });
  reader.close();
  return page.rows
    .map(({ predictionId, ts, features, segments, output }) => ({
      id: predictionId,
      ts,
      features: entries(features),
      segments: entries(segments),
      probability: output.probability,
    }))
    .sort(byId);
}

function entries(record: Readonly<Record<string, unknown>>): Array<[string, unknown]> {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : 1;
}
