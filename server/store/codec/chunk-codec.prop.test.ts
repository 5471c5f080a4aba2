import fc from "fast-check";
import { expect, test } from "vitest";
import { DecodedChunk } from "#server/store/codec/chunk-decoder.ts";
import { encodeChunk, FINAL_ENCODING, FRESH_ENCODING } from "#server/store/codec/chunk-encoder.ts";
import { decodeHead } from "#server/store/codec/chunk-head.ts";
import type { Column } from "#server/store/columns.ts";
import { cellAt } from "#server/store/rows/cells.ts";
import { batchRows, type ChunkRows } from "#server/store/rows/chunk-rows.ts";
import { gatherRows } from "#server/store/rows/gather-rows.ts";
import { predictionBatches } from "#server/store/rows/rows-arbitrary.ts";
import { textAt } from "#server/store/rows/text-column.ts";

function rowsOf(rows: ChunkRows): unknown[] {
  return Array.from({ length: rows.count }, (_, row) => ({
    id: textAt(rows.ids, row),
    ts: rows.ts[row],
    receivedAt: rows.receivedAt[row],
    seq: rows.seq[row],
    fromServer: rows.tsFromServer?.[row] === 1,
    raw: rows.tsRaw?.get(row),
    cells: rows.columnNames
      .map((name) => [name, cellAt(rows.column(name), row), isFromText(rows.column(name), row)] as const)
      .filter(([, cell]) => cell !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  }));
}

function isFromText(column: Column | null, row: number): boolean {
  return column?.kind === "number" && column.fromText?.includes(row) === true;
}

function reopened(rows: ChunkRows, options: typeof FRESH_ENCODING): ChunkRows {
  const { head, data } = encodeChunk(rows, options);
  return new DecodedChunk(decodeHead(head), data);
}

test.each([
  ["fresh", FRESH_ENCODING],
  ["final", FINAL_ENCODING],
])("a %s chunk reads back exactly what was written", (_, options) => {
  fc.assert(
    fc.property(predictionBatches({ maxRows: 40 }), (batch) => {
      const rows = batchRows(batch, 1_700_000_000_123, 7);
      expect(rowsOf(reopened(rows, options))).toEqual(rowsOf(rows));
    }),
    { seed: 11, numRuns: 150 },
  );
});

test("gathering rows of several batches keeps every row as it was", () => {
  const parts = fc.array(predictionBatches({ maxRows: 12 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.infiniteStream(fc.nat()), (batches, picks) => {
      const sources = batches.map((batch, index) => batchRows(batch, 1_000 + index, index));
      const places = sources.flatMap((rows, source) =>
        Array.from({ length: rows.count }, (_, row) => ({ source, row })),
      );
      const chosen = places.filter(() => (picks.next().value ?? 0) % 3 !== 0).reverse();
      const gathered = gatherRows(sources, {
        sources: Uint32Array.from(chosen, (place) => place.source),
        rows: Uint32Array.from(chosen, (place) => place.row),
      });
      const expected = sources.map(rowsOf);
      expect(rowsOf(gathered)).toEqual(chosen.map(({ source, row }) => expected[source]?.[row]));
      expect(rowsOf(reopened(gathered, FRESH_ENCODING))).toEqual(rowsOf(gathered));
    }),
    { seed: 12, numRuns: 150 },
  );
});
