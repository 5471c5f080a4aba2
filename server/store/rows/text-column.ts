import type { TextColumn } from "#server/store/columns.ts";

/** Packs texts one after the other as UTF-8. */
export function packTexts(texts: readonly string[]): TextColumn {
  const offsets = new Uint32Array(texts.length + 1);
  const parts: Buffer[] = [];
  let size = 0;
  texts.forEach((text, row) => {
    const part = Buffer.from(text, "utf8");
    parts.push(part);
    size += part.length;
    offsets[row + 1] = size;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts, size)), offsets };
}

export function textAt(column: TextColumn, row: number): string {
  const from = column.offsets[row] ?? 0;
  const to = column.offsets[row + 1] ?? from;
  const { buffer, byteOffset } = column.bytes;
  return Buffer.from(buffer, byteOffset + from, to - from).toString("utf8");
}

export function sameText(left: TextColumn, leftRow: number, right: TextColumn, rightRow: number): boolean {
  const leftFrom = left.offsets[leftRow] ?? 0;
  const rightFrom = right.offsets[rightRow] ?? 0;
  const length = (left.offsets[leftRow + 1] ?? leftFrom) - leftFrom;
  if ((right.offsets[rightRow + 1] ?? rightFrom) - rightFrom !== length) return false;
  for (let at = 0; at < length; at++) {
    if (left.bytes[leftFrom + at] !== right.bytes[rightFrom + at]) return false;
  }
  return true;
}

/** Copies row by row: text i of the result is text rows[i] of column sources[i]. */
export function gatherTexts(
  columns: readonly TextColumn[],
  sources: Uint32Array,
  rows: Uint32Array,
): TextColumn {
  const count = rows.length;
  const offsets = new Uint32Array(count + 1);
  let size = 0;
  for (let at = 0; at < count; at++) {
    const column = columns[sources[at] ?? 0];
    const row = rows[at] ?? 0;
    if (column) size += (column.offsets[row + 1] ?? 0) - (column.offsets[row] ?? 0);
    offsets[at + 1] = size;
  }
  const bytes = new Uint8Array(size);
  for (let at = 0; at < count; at++) {
    const column = columns[sources[at] ?? 0];
    if (!column) continue;
    const row = rows[at] ?? 0;
    let to = offsets[at] ?? 0;
    const end = column.offsets[row + 1] ?? 0;
    for (let from = column.offsets[row] ?? 0; from < end; from++) bytes[to++] = column.bytes[from] ?? 0;
  }
  return { bytes, offsets };
}
