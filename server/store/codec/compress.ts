import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Below this, zstd's frame and its fixed cost a call (about 11 µs) buy nothing. */
const WORTH_COMPRESSING_BYTES = 160;
const STORED = 0;
const ZSTD = 1;

const PARAMS_BY_LEVEL = new Map<number, Record<number, number>>();

function paramsOf(level: number): Record<number, number> {
  let params = PARAMS_BY_LEVEL.get(level);
  if (params === undefined) {
    params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
    PARAMS_BY_LEVEL.set(level, params);
  }
  return params;
}

/** One byte that says how, then the bytes. The checksum flag finds bit rot when they are read again. */
export function compress(bytes: Uint8Array, level: number): Buffer {
  if (bytes.length >= WORTH_COMPRESSING_BYTES) {
    const packed = zstdCompressSync(bytes, {
      params: paramsOf(level),
      pledgedSrcSize: bytes.length,
      chunkSize: bytes.length + 1_024,
    });
    if (packed.length < bytes.length) return prefixed(ZSTD, packed);
  }
  return prefixed(STORED, bytes);
}

export function decompress(bytes: Uint8Array, rawBytes: number): Uint8Array {
  const body = bytes.subarray(1);
  if (bytes[0] === STORED) return body;
  return zstdDecompressSync(body, { chunkSize: rawBytes + 64 });
}

function prefixed(method: number, bytes: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(bytes.length + 1);
  framed[0] = method;
  framed.set(bytes, 1);
  return framed;
}
