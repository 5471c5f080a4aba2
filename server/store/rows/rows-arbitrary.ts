import fc from "fast-check";
import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  type Column,
  type PredictionBatch,
} from "#server/store/columns.ts";
import { packTexts } from "#server/store/rows/text-column.ts";

/** For property tests: batches with every kind of column, gap, number and name that the door lets through. */

const plainText = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: -99_999, max: 99_999 }).map((cents) => cents / 100),
  fc.constantFrom(0, -0, 0.1, 1e-7, 2 ** 53, -(2 ** 53), 5e-324, 1.7976931348623157e308, 1e21),
);

function numberColumn(count: number): fc.Arbitrary<Column> {
  const cell = fc.tuple(
    fc.constantFrom(CELL_VALUE, CELL_VALUE, CELL_ABSENT, CELL_NULL, CELL_TEXT),
    number,
    plainText,
  );
  return fc
    .tuple(fc.boolean(), fc.array(cell, { minLength: count, maxLength: count }))
    .map(([dense, cells]) => {
      const states = Uint8Array.from(cells, ([state]) => (dense ? CELL_VALUE : state));
      const values = Float64Array.from(cells, ([, value], row) =>
        states[row] === CELL_VALUE ? value : Number.NaN,
      );
      const texts = new Map<number, string>();
      cells.forEach(([, , text], row) => {
        if (states[row] === CELL_TEXT) texts.set(row, text);
      });
      const fromText = Uint32Array.from(
        cells.flatMap(([, , text], row) => (states[row] === CELL_VALUE && text.length > 9 ? [row] : [])),
      );
      return {
        kind: "number",
        values,
        states: dense ? null : states,
        texts: texts.size > 0 ? texts : null,
        fromText: fromText.length > 0 ? fromText : null,
      } satisfies Column;
    });
}

function categoryColumn(count: number): fc.Arbitrary<Column> {
  return fc.uniqueArray(plainText, { maxLength: 300 }).chain((dictionary) => {
    const code = fc.integer({ min: CODE_ABSENT, max: dictionary.length + CODE_FIRST_VALUE - 1 });
    return fc.array(code, { minLength: count, maxLength: count }).map(
      (codes) =>
        ({
          kind: "category",
          codes: Uint32Array.from(codes),
          dictionary,
        }) satisfies Column,
    );
  });
}

const columnName = fc.oneof(
  fc.constantFrom(
    "features.__proto__",
    "features.constructor",
    "features.distance",
    "features.carrier",
    "segments.channel",
    "output.probability",
    "output.value",
    "latency_ms",
  ),
  plainText.map((name) => `features.${name}`),
);

const ts = fc.oneof(
  fc.integer({ min: 946_684_800_000, max: 1_900_000_000_000 }),
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.integer({ min: 1_700_000_000_000_000, max: 1_700_000_100_000_000 }).map((micro) => micro / 1_000),
);

export function predictionBatches(options: { maxRows: number; modelId?: number; version?: string }) {
  return fc.integer({ min: 0, max: options.maxRows }).chain((count) =>
    fc
      .record({
        ids: fc.uniqueArray(plainText, { minLength: count, maxLength: count }),
        ts: fc.array(ts, { minLength: count, maxLength: count }),
        server: fc.option(
          fc
            .array(fc.constantFrom(0, 0, 1), { minLength: count, maxLength: count })
            .map((flags) => Uint8Array.from(flags)),
        ),
        raw: fc.option(fc.array(fc.tuple(fc.nat({ max: Math.max(0, count - 1) }), ts), { maxLength: 3 })),
        columns: fc.uniqueArray(fc.tuple(columnName, fc.oneof(numberColumn(count), categoryColumn(count))), {
          maxLength: 6,
          selector: ([name]) => name,
        }),
      })
      .map(
        (parts): PredictionBatch => ({
          modelId: options.modelId ?? 1,
          version: options.version ?? "v1",
          count,
          ids: packTexts(parts.ids),
          ts: Float64Array.from(parts.ts),
          tsFromServer: parts.server,
          tsRaw: count > 0 && parts.raw !== null ? new Map(parts.raw) : null,
          columns: parts.columns.map(([name, column]) => ({ name, column })),
        }),
      ),
  );
}
