import { isUtf8 } from "node:buffer";
import { badBody, tooManyRows } from "#server/ingest/body-refusals.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { jsonHint } from "#server/ingest/json-hint.ts";
import { BYTE, JsonScanner, UNBALANCED } from "#server/ingest/json-scanner.ts";
import { byteOrderMark } from "#server/ingest/parse-or-refuse.ts";
import { type BodyFeed, type RowIntake, SLICE_BYTES, SLICE_ROWS } from "#server/ingest/row-intake.ts";

const NEWLINE = 10;

interface Line {
  readonly from: number;
  readonly to: number;
  readonly index: number;
  readonly line: number;
  readonly keys: number;
}

/**
 * Feeds one row a line. Lines whose brackets close are parsed many at a time, joined by commas: as each closes what it
 * opens, the join has as many values as lines or does not parse, and then every line is parsed for itself.
 */
export function* feedNdjson(bytes: Buffer, intake: RowIntake, limits: IngestLimits): BodyFeed {
  const feed = new LineFeed(bytes, intake, limits);
  let at = byteOrderMark(bytes);
  while (at < bytes.length) {
    at = feed.takeLine(at);
    if (feed.isSliceFull()) {
      feed.flush();
      yield;
    }
  }
  feed.flush();
  if (feed.rows === 0) throw badBody("empty_body", "The body has no rows; send one JSON object a line.");
}

class LineFeed {
  rows = 0;
  private line = 0;
  private pending: Line[] = [];
  private readonly bytes: Buffer;
  private readonly intake: RowIntake;
  private readonly limits: IngestLimits;
  private readonly scanner: JsonScanner;
  private readonly isAllUtf8: boolean;

  constructor(bytes: Buffer, intake: RowIntake, limits: IngestLimits) {
    this.bytes = bytes;
    this.intake = intake;
    this.limits = limits;
    this.scanner = new JsonScanner(bytes);
    this.isAllUtf8 = isUtf8(bytes);
  }

  isSliceFull(): boolean {
    const first = this.pending[0];
    const last = this.pending.at(-1);
    if (first === undefined || last === undefined) return false;
    return this.pending.length >= SLICE_ROWS || last.to - first.from >= SLICE_BYTES;
  }

  /** Takes the line that starts at `from`; returns where the next one starts. */
  takeLine(from: number): number {
    const { bytes, scanner } = this;
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline === -1 ? bytes.length : newline;
    this.line++;
    const start = scanner.skipSpace(from, to);
    if (start < to) {
      if (this.rows >= this.limits.rows) throw tooManyRows(this.limits, this.rows + this.countLines(start));
      this.takeRow(start, to);
    }
    return to + 1;
  }

  flush(): void {
    const lines = this.pending;
    if (lines.length === 0) return;
    this.pending = [];
    const values = this.parseJoined(lines);
    for (const [i, line] of lines.entries()) {
      if (values === null) this.parseAlone(line);
      else this.intake.accept(values[i], line.index, line.line, line.keys);
    }
  }

  private takeRow(from: number, to: number): void {
    const { scanner, limits } = this;
    const index = this.rows++;
    const isObject = scanner.byteAt(from) === BYTE.OPEN_OBJECT;
    const next = scanner.skipValue(from, to);
    const line = { from, to, index, line: this.line, keys: scanner.keys };
    if (!this.isAllUtf8 && !isUtf8(this.bytes.subarray(from, to))) {
      this.refuse(line, "invalid_utf8", "is not valid UTF-8.");
    } else if (scanner.depth > limits.depth) {
      this.refuse(line, "too_deep", `nests deeper than ${limits.depth} levels; send flat features.`);
    } else if (to - from > limits.rowBytes) {
      this.refuse(
        line,
        "row_too_large",
        `is larger than ${limits.rowBytes} bytes; send fewer or shorter values.`,
      );
    } else if (isObject && next !== UNBALANCED && scanner.skipSpace(next, to) === to) this.pending.push(line);
    else {
      this.flush();
      this.parseAlone(line);
    }
  }

  private refuse(line: Line, code: "invalid_utf8" | "too_deep" | "row_too_large", detail: string): void {
    this.flush();
    this.intake.refuse(line.index, line.line, code, detail);
  }

  private parseJoined(lines: readonly Line[]): readonly unknown[] | null {
    const first = lines[0];
    const last = lines.at(-1);
    if (first === undefined || last === undefined) return [];
    for (const line of lines) if (line !== last) this.bytes[line.to] = BYTE.COMMA;
    try {
      const values: unknown = JSON.parse(`[${this.bytes.toString("utf8", first.from, last.to)}]`);
      return Array.isArray(values) && values.length === lines.length ? values : null;
    } catch {
      return null;
    }
  }

  private parseAlone(line: Line): void {
    const text = this.bytes.toString("utf8", line.from, line.to);
    try {
      this.intake.accept(JSON.parse(text), line.index, line.line, line.keys);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.intake.refuse(line.index, line.line, "invalid_json", `is not valid JSON: ${jsonHint(text)}`);
    }
  }

  private countLines(from: number): number {
    let lines = 0;
    for (let at = from; at < this.bytes.length; lines++) {
      const newline = this.bytes.indexOf(NEWLINE, at);
      at = this.scanner.skipSpace(newline === -1 ? this.bytes.length : newline + 1, this.bytes.length);
    }
    return lines;
  }
}
