import type { BodyScan } from "#server/ingest/body-scan.ts";
import { ColumnRows } from "#server/ingest/column-rows.ts";
import { scanColumns } from "#server/ingest/columns-scan.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { countKeys, isPlainObject } from "#server/ingest/json-tree.ts";
import { byteOrderMark, parseOrRefuse } from "#server/ingest/parse-or-refuse.ts";
import { type BodyFeed, type RowIntake, SLICE_ROWS } from "#server/ingest/row-intake.ts";

/** Parses list by list, so that a large body does not hold everybody up. False when the body is not made of lists. */
export function* feedColumnLists(
  bytes: Buffer,
  scan: BodyScan,
  intake: RowIntake,
  limits: IngestLimits,
): Generator<void, boolean, void> {
  const columns = scanColumns(bytes, byteOrderMark(bytes), scan.columnsAt ?? 0);
  if (columns === null) return false;
  const outer = parseOrRefuse(columns.skeleton, "outside of its columns");
  if (!isPlainObject(outer) || Object.hasOwn(outer, "predictions") || Object.hasOwn(outer, "labels"))
    return false;
  if (countKeys(outer) !== scan.outerKeys) return false;
  const lists: unknown[][] = [];
  for (const { from, to } of columns.lists) {
    const list = parseOrRefuse(bytes.toString("utf8", from, to), `in column ${lists.length}`);
    lists.push(Array.isArray(list) ? list : []);
    yield;
  }
  const rows = new ColumnRows(
    outer.columns,
    (value) => (typeof value === "number" ? (lists[value] ?? null) : null),
    limits,
  );
  intake.defaults(outer.model, outer.version);
  yield* feedColumnRows(rows, intake);
  return true;
}

export function* feedColumnRows(rows: ColumnRows, intake: RowIntake): BodyFeed {
  for (let i = 0; i < rows.count; i++) {
    intake.accept(rows.at(i), i, null, -1);
    if (i % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
}
