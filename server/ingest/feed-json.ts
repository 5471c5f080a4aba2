import { isUtf8 } from "node:buffer";
import { badBody, duplicateEnvelopeKey, tooDeepBody, tooManyRows } from "#server/ingest/body-refusals.ts";
import { type BodyScan, type RowSpans, scanBody } from "#server/ingest/body-scan.ts";
import { ColumnRows } from "#server/ingest/column-rows.ts";
import { feedColumnLists, feedColumnRows } from "#server/ingest/feed-columns.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { jsonHint } from "#server/ingest/json-hint.ts";
import { countKeys, isPlainObject } from "#server/ingest/json-tree.ts";
import { byteOrderMark, parseOrRefuse } from "#server/ingest/parse-or-refuse.ts";
import { type BodyFeed, type RowIntake, SLICE_BYTES, SLICE_ROWS } from "#server/ingest/row-intake.ts";

export type IngestKind = "predictions" | "labels";

/** Feeds a JSON body: an envelope, a list of rows, one row, or columns. Rows are parsed a slice at a time. */
export function* feedJson(
  bytes: Buffer,
  kind: IngestKind,
  intake: RowIntake,
  limits: IngestLimits,
): BodyFeed {
  if (!isUtf8(bytes)) throw badBody("invalid_utf8", "The body is not valid UTF-8.");
  const scan = scanBody(bytes, byteOrderMark(bytes), kind);
  if (scan.outerDepth > limits.depth + 1) throw tooDeepBody(limits);
  if (scan.brokenAtRow !== null) throw invalidJson(bytes, scan.brokenAtRow);
  if (scan.list === null) return yield* feedWhole(bytes, kind, intake, limits, scan);
  if (scan.spans.starts.length > limits.rows) throw tooManyRows(limits, scan.spans.starts.length);
  const outer = parseOuter(bytes, scan.list);
  if (countKeys(outer) !== scan.outerKeys) throw duplicateEnvelopeKey();
  if (isPlainObject(outer)) intake.defaults(outer.model, outer.version);
  yield* feedSpans(bytes, scan.spans, intake, limits);
}

/** The body without its rows: what says whether the rest of it is JSON. */
function parseOuter(bytes: Buffer, list: { open: number; close: number }): unknown {
  const before = bytes.toString("utf8", byteOrderMark(bytes), list.open + 1);
  return parseOrRefuse(before + bytes.toString("utf8", list.close), "outside of its rows");
}

function* feedSpans(bytes: Buffer, spans: RowSpans, intake: RowIntake, limits: IngestLimits): BodyFeed {
  const count = spans.starts.length;
  let from = 0;
  while (from < count) {
    if (refusedUnparsed(spans, from, intake, limits)) {
      from++;
      continue;
    }
    const to = sliceEnd(spans, from, limits);
    feedSlice(bytes, spans, from, to, intake);
    from = to;
    yield;
  }
}

function refusedUnparsed(spans: RowSpans, row: number, intake: RowIntake, limits: IngestLimits): boolean {
  if (isParsable(spans, row, limits)) return false;
  if ((spans.depths[row] ?? 0) > limits.depth) {
    intake.refuse(row, null, "too_deep", `nests deeper than ${limits.depth} levels; send flat features.`);
  } else
    intake.refuse(
      row,
      null,
      "row_too_large",
      `is larger than ${limits.rowBytes} bytes; send fewer or shorter values.`,
    );
  return true;
}

function isParsable(spans: RowSpans, row: number, limits: IngestLimits): boolean {
  const size = (spans.ends[row] ?? 0) - (spans.starts[row] ?? 0);
  return (spans.depths[row] ?? 0) <= limits.depth && size <= limits.rowBytes;
}

/** The first row that is not in the slice that starts at `from`. */
function sliceEnd(spans: RowSpans, from: number, limits: IngestLimits): number {
  const start = spans.starts[from] ?? 0;
  let to = from + 1;
  while (
    to < spans.starts.length &&
    to - from < SLICE_ROWS &&
    (spans.ends[to] ?? 0) - start <= SLICE_BYTES &&
    isParsable(spans, to, limits)
  )
    to++;
  return to;
}

function feedSlice(bytes: Buffer, spans: RowSpans, from: number, to: number, intake: RowIntake): void {
  const rows = parseSlice(bytes, spans, from, to);
  for (let i = 0; i < rows.length; i++) intake.accept(rows[i], from + i, null, spans.keys[from + i] ?? 0);
}

function parseSlice(bytes: Buffer, spans: RowSpans, from: number, to: number): unknown[] {
  const text = bytes.toString("utf8", spans.starts[from], spans.ends[to - 1]);
  try {
    const rows: unknown = JSON.parse(`[${text}]`);
    if (Array.isArray(rows) && rows.length === to - from) return rows;
  } catch {
    // Said below, with the row that is to blame.
  }
  throw invalidJson(bytes, firstBroken(bytes, spans, from, to));
}

function firstBroken(bytes: Buffer, spans: RowSpans, from: number, to: number): number {
  for (let row = from; row < to; row++) {
    try {
      JSON.parse(bytes.toString("utf8", spans.starts[row], spans.ends[row]));
    } catch {
      return row;
    }
  }
  return from;
}

function invalidJson(bytes: Buffer, row: number): Error {
  return badBody(
    "invalid_json",
    `The body is not valid JSON at or near row ${row}: ${jsonHint(bytes.toString("utf8"))}`,
  );
}

/** A body without a list that the scan could find: columns, one row, or an envelope that spells its key with escapes. */
function* feedWhole(
  bytes: Buffer,
  kind: IngestKind,
  intake: RowIntake,
  limits: IngestLimits,
  scan: BodyScan,
): BodyFeed {
  if (scan.columnsAt !== null && (yield* feedColumnLists(bytes, scan, intake, limits))) return;
  const tree = parseWhole(bytes);
  if (!isPlainObject(tree)) throw notABody(kind);
  const isRow = !(Object.hasOwn(tree, kind) || Object.hasOwn(tree, "columns"));
  if (isRow) {
    acceptSingle(tree, bytes, kind, intake, limits, scan);
    return;
  }
  if (countKeys(tree) !== scan.outerKeys) throw duplicateEnvelopeKey();
  yield* feedTree(tree, kind, intake, limits);
}

function acceptSingle(
  tree: Readonly<Record<string, unknown>>,
  bytes: Buffer,
  kind: IngestKind,
  intake: RowIntake,
  limits: IngestLimits,
  scan: BodyScan,
): void {
  const other = kind === "predictions" ? "labels" : "predictions";
  if (Object.hasOwn(tree, other))
    throw badBody("bad_envelope", `This address takes ${kind}; send ${other} to /api/v1/${other}.`);
  if (scan.outerDepth > limits.depth) {
    intake.refuse(0, null, "too_deep", `nests deeper than ${limits.depth} levels; send flat features.`);
  } else if (bytes.length <= limits.rowBytes) intake.accept(tree, 0, null, scan.outerKeys);
  else
    intake.refuse(
      0,
      null,
      "row_too_large",
      `is larger than ${limits.rowBytes} bytes; send fewer or shorter values.`,
    );
}

function parseWhole(bytes: Buffer): unknown {
  const text = bytes.toString("utf8", byteOrderMark(bytes));
  if (text.trim() === "") throw badBody("empty_body", "The body is empty; send at least one row.");
  return parseOrRefuse(text, "");
}

function notABody(kind: IngestKind): Error {
  return badBody(
    "bad_envelope",
    `The body is neither a row, nor a list of rows, nor an object with \`${kind}\`.`,
  );
}

/** Feeds a body that is parsed already: what tRPC brings, and the rare bodies above. */
export function* feedTree(
  tree: unknown,
  kind: IngestKind,
  intake: RowIntake,
  limits: IngestLimits,
): BodyFeed {
  const envelope = Array.isArray(tree) ? { [kind]: tree } : tree;
  if (!isPlainObject(envelope)) throw notABody(kind);
  intake.defaults(envelope.model, envelope.version);
  if (Object.hasOwn(envelope, "columns")) {
    if (Object.hasOwn(envelope, kind))
      throw badBody("bad_envelope", `Send \`columns\` or \`${kind}\`, not both.`);
    const listOf = (value: unknown) => (Array.isArray(value) ? value : null);
    yield* feedColumnRows(new ColumnRows(envelope.columns, listOf, limits), intake);
    return;
  }
  const rows = rowsOf(envelope, kind);
  if (rows.length > limits.rows) throw tooManyRows(limits, rows.length);
  for (let i = 0; i < rows.length; i++) {
    intake.accept(rows[i], i, null, -1);
    if (i % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
}

function rowsOf(envelope: Readonly<Record<string, unknown>>, kind: IngestKind): readonly unknown[] {
  if (!Object.hasOwn(envelope, kind)) return [envelope];
  const rows = envelope[kind];
  if (!Array.isArray(rows)) throw badBody("bad_envelope", `\`${kind}\` is not a list of rows.`);
  return rows;
}
