import { BYTE, JsonScanner, UNBALANCED } from "#server/ingest/json-scanner.ts";

/** The lists of a columnar body, each to be parsed for itself, and the body with every list replaced by its number. */
export interface ColumnsScan {
  readonly lists: readonly { readonly from: number; readonly to: number }[];
  readonly skeleton: string;
  readonly deepest: number;
}

/** `columns` → `output` → `probabilities`: lists are at most this many objects down. */
const LEVELS = 3;

/** Takes apart the object of columns that opens at `from`. Null where it is not made of lists, or not JSON. */
export function scanColumns(bytes: Buffer, start: number, from: number): ColumnsScan | null {
  const walk = new ColumnsWalk(bytes, start);
  const end = walk.object(from, 1);
  return end === UNBALANCED ? null : walk.finish();
}

class ColumnsWalk {
  private readonly bytes: Buffer;
  private readonly end: number;
  private readonly scanner: JsonScanner;
  private readonly lists: { from: number; to: number }[] = [];
  private readonly pieces: string[] = [];
  private copied: number;
  private deepest = 0;

  constructor(bytes: Buffer, start: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.scanner = new JsonScanner(bytes);
    this.copied = start;
  }

  object(open: number, level: number): number {
    const { scanner, end } = this;
    let at = scanner.skipSpace(open + 1, end);
    if (scanner.byteAt(at) === BYTE.CLOSE_OBJECT) return at + 1;
    while (at < end && scanner.byteAt(at) === BYTE.QUOTE) {
      const colon = scanner.skipSpace(scanner.skipString(at + 1, end), end);
      if (scanner.byteAt(colon) !== BYTE.COLON) return UNBALANCED;
      const next = this.member(scanner.skipSpace(colon + 1, end), level);
      if (next === UNBALANCED) return UNBALANCED;
      const after = scanner.skipSpace(next, end);
      if (scanner.byteAt(after) === BYTE.CLOSE_OBJECT) return after + 1;
      if (scanner.byteAt(after) !== BYTE.COMMA) return UNBALANCED;
      at = scanner.skipSpace(after + 1, end);
    }
    return UNBALANCED;
  }

  finish(): ColumnsScan {
    this.pieces.push(this.bytes.toString("utf8", this.copied));
    return { lists: this.lists, skeleton: this.pieces.join(""), deepest: this.deepest };
  }

  private member(at: number, level: number): number {
    const byte = this.scanner.byteAt(at);
    if (byte === BYTE.OPEN_OBJECT && level < LEVELS) return this.object(at, level + 1);
    if (byte !== BYTE.OPEN_LIST) return UNBALANCED;
    const to = this.scanner.skipContainer(at, this.end);
    if (to === UNBALANCED) return UNBALANCED;
    this.deepest = Math.max(this.deepest, this.scanner.depth);
    this.pieces.push(this.bytes.toString("utf8", this.copied, at), String(this.lists.length));
    this.lists.push({ from: at, to });
    this.copied = to;
    return to;
  }
}
