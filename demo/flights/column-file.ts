import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** A table of texts, column by column: the compact form in which the flights are kept in the repository. */
export interface TextTable {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, TextTableColumn>;
}

export interface TextTableColumn {
  readonly dictionary: readonly string[];
  readonly codes: Uint32Array;
}

interface Header {
  rows: number;
  columns: { name: string; dictionary: string[]; bytes: number }[];
}

const bytesFor = (distinct: number) => (distinct <= 0x100 ? 1 : distinct <= 0x10000 ? 2 : 4);

/** Little-endian codes, all low bytes first: neighbours in time share their high bytes, which then compress away. */
function toPlanes(codes: Uint32Array, bytes: number): Uint8Array {
  const planes = new Uint8Array(codes.length * bytes);
  for (let plane = 0; plane < bytes; plane++)
    for (let row = 0; row < codes.length; row++)
      planes[plane * codes.length + row] = ((codes[row] ?? 0) >>> (8 * plane)) & 0xff;
  return planes;
}

function fromPlanes(planes: Uint8Array, rows: number, bytes: number): Uint32Array {
  const codes = new Uint32Array(rows);
  for (let plane = 0; plane < bytes; plane++)
    for (let row = 0; row < rows; row++)
      codes[row] = (codes[row] ?? 0) | ((planes[plane * rows + row] ?? 0) << (8 * plane));
  return codes;
}

export function encodeColumn(values: readonly string[]): TextTableColumn {
  const codeOf = new Map<string, number>();
  const codes = Uint32Array.from(values, (value) => {
    const known = codeOf.get(value);
    if (known !== undefined) return known;
    codeOf.set(value, codeOf.size);
    return codeOf.size - 1;
  });
  return { dictionary: [...codeOf.keys()], codes };
}

export function writeColumnFile(table: TextTable): Buffer {
  const header: Header = { rows: table.rows, columns: [] };
  const parts: Uint8Array[] = [];
  for (const [name, { dictionary, codes }] of table.columns) {
    const bytes = bytesFor(dictionary.length);
    header.columns.push({ name, dictionary: [...dictionary], bytes });
    parts.push(toPlanes(codes, bytes));
  }
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headerBytes.length);
  const plain = Buffer.concat([length, headerBytes, ...parts]);
  return brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
}

export function readColumnFile(file: Uint8Array): TextTable {
  const plain = brotliDecompressSync(file);
  const headerLength = plain.readUInt32LE(0);
  const header = JSON.parse(plain.toString("utf8", 4, 4 + headerLength)) as Header;
  const columns = new Map<string, TextTableColumn>();
  let offset = 4 + headerLength;
  for (const { name, dictionary, bytes } of header.columns) {
    const length = header.rows * bytes;
    columns.set(name, {
      dictionary,
      codes: fromPlanes(plain.subarray(offset, offset + length), header.rows, bytes),
    });
    offset += length;
  }
  return { rows: header.rows, columns };
}
