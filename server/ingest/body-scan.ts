import { BYTE, JsonScanner, UNBALANCED } from "#server/ingest/json-scanner.ts";

/** Where the rows of a JSON body are. */
export interface RowSpans {
  readonly starts: number[];
  readonly ends: number[];
  readonly keys: number[];
  readonly depths: number[];
}

export interface BodyScan {
  /** Position of the list's opening and closing bracket; null when the body has no list of rows that could be found. */
  readonly list: { readonly open: number; readonly close: number } | null;
  readonly spans: RowSpans;
  /** Where the object under `columns` opens; null when there is none. */
  readonly columnsAt: number | null;
  /** Keys and depth of what is not in the list. */
  readonly outerKeys: number;
  readonly outerDepth: number;
  /** Row at which the scan could not go on; null when it reached the end. */
  readonly brokenAtRow: number | null;
}

/** Scans a JSON body: a list of rows, an envelope with such a list under `listKey`, or anything else. */
export function scanBody(bytes: Buffer, from: number, listKey: string): BodyScan {
  const scan = new Scan(bytes, listKey);
  scan.run(from);
  return scan;
}

const COLUMNS_KEY = Buffer.from('"columns"');

class Scan implements BodyScan {
  list: { open: number; close: number } | null = null;
  readonly spans: RowSpans = { starts: [], ends: [], keys: [], depths: [] };
  columnsAt: number | null = null;
  outerKeys = 0;
  outerDepth = 0;
  brokenAtRow: number | null = null;
  private readonly scanner: JsonScanner;
  private readonly bytes: Buffer;
  private readonly end: number;
  private readonly quotedKey: Buffer;

  constructor(bytes: Buffer, listKey: string) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.scanner = new JsonScanner(bytes);
    this.quotedKey = Buffer.from(`"${listKey}"`);
  }

  run(from: number): void {
    const { scanner, end } = this;
    const start = scanner.skipSpace(from, end);
    const first = scanner.byteAt(start);
    if (first === BYTE.OPEN_LIST) this.scanList(start);
    else if (first === BYTE.OPEN_OBJECT) this.scanEnvelope(start);
  }

  /** Walks an object's members; where one is not shaped like a member, the parser will say what is wrong. */
  private scanEnvelope(start: number): void {
    const { scanner, end } = this;
    this.outerDepth = 1;
    let at = scanner.skipSpace(start + 1, end);
    while (at < end && scanner.byteAt(at) === BYTE.QUOTE) {
      const keyEnd = scanner.skipString(at + 1, end);
      const colon = scanner.skipSpace(keyEnd, end);
      if (scanner.byteAt(colon) !== BYTE.COLON) return;
      this.outerKeys++;
      const value = scanner.skipSpace(colon + 1, end);
      const next = this.scanMember(at, keyEnd, value);
      if (next === UNBALANCED) return;
      const comma = scanner.skipSpace(next, end);
      if (scanner.byteAt(comma) !== BYTE.COMMA) return;
      at = scanner.skipSpace(comma + 1, end);
    }
  }

  private scanMember(key: number, keyEnd: number, value: number): number {
    const { scanner, end, bytes, quotedKey } = this;
    const isList = scanner.byteAt(value) === BYTE.OPEN_LIST && keyEnd - key === quotedKey.length;
    if (isList && this.list === null && quotedKey.compare(bytes, key, keyEnd) === 0)
      return this.scanList(value);
    const isColumns =
      scanner.byteAt(value) === BYTE.OPEN_OBJECT && COLUMNS_KEY.compare(bytes, key, keyEnd) === 0;
    if (isColumns) this.columnsAt = value;
    const next = scanner.skipValue(value, end);
    this.outerKeys += scanner.keys;
    this.outerDepth = Math.max(this.outerDepth, 1 + scanner.depth);
    return next;
  }

  /** Notes every element; returns the position after the list. */
  private scanList(open: number): number {
    const { scanner, end, spans } = this;
    let at = scanner.skipSpace(open + 1, end);
    if (scanner.byteAt(at) === BYTE.CLOSE_LIST) return this.closeList(open, at);
    while (at < end) {
      const next = scanner.skipValue(at, end);
      if (next === UNBALANCED) return this.broken(spans.starts.length);
      spans.starts.push(at);
      spans.ends.push(next);
      spans.keys.push(scanner.keys);
      spans.depths.push(scanner.depth);
      const after = scanner.skipSpace(next, end);
      const byte = scanner.byteAt(after);
      if (byte === BYTE.CLOSE_LIST) return this.closeList(open, after);
      if (byte !== BYTE.COMMA) return this.broken(spans.starts.length - 1);
      at = scanner.skipSpace(after + 1, end);
    }
    return this.broken(spans.starts.length);
  }

  private broken(row: number): number {
    // Nested too deep is said rather than unbalanced: it is what a sender of such a body has to know.
    this.outerDepth = Math.max(this.outerDepth, this.scanner.depth);
    this.brokenAtRow = row;
    return UNBALANCED;
  }

  private closeList(open: number, close: number): number {
    this.list = { open, close };
    return close + 1;
  }
}
