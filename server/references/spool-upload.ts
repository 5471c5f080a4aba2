import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ServiceError } from "#server/kernel/errors.ts";

/** Decoded bytes of one file. */
const MAX_BYTES = 4 * 1024 ** 3;
/** A body may not unfold to more than this many times its size, once it is past the first mebibytes. */
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = 16 * 1024 ** 2;

export interface SpooledFile {
  readonly path: string;
  remove(): Promise<void>;
}

/** Writes a body to a file of its own, unpacked: Parquet is read from its end, and a thread reads it by name. */
export async function spoolUpload(stream: Readable, gzip: boolean, directory: string): Promise<SpooledFile> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `reference-${randomUUID()}`);
  const remove = () => rm(path, { force: true });
  let receivedBytes = 0;
  const received = counter((bytes) => {
    receivedBytes = bytes;
  });
  const unpacked = counter((bytes) => checkSize(bytes, receivedBytes, gzip));
  try {
    const steps = gzip ? [stream, received, createGunzip(), unpacked] : [stream, received, unpacked];
    await pipeline([...steps, createWriteStream(path)]);
    return { path, remove };
  } catch (error) {
    await remove();
    throw asServiceError(error);
  }
}

function counter(onBytes: (bytes: number) => void): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      try {
        onBytes(total);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function checkSize(bytes: number, receivedBytes: number, gzip: boolean): void {
  if (bytes > MAX_BYTES) {
    throw new ServiceError("too_large", "The file is larger than 4 GiB; send a sample of its rows.", {
      reason: "file_too_large",
      facts: { limit: MAX_BYTES },
    });
  }
  if (gzip && bytes > RATIO_FREE_BYTES && bytes > receivedBytes * MAX_RATIO) {
    throw new ServiceError(
      "too_large",
      `The file unfolds to more than ${MAX_RATIO} times its size; send it uncompressed.`,
      {
        reason: "ratio_too_large",
        facts: { limit: MAX_RATIO },
      },
    );
  }
}

function asServiceError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_")) {
    return new ServiceError(
      "bad_request",
      "The body is declared gzip but is no readable gzip data; send it again.",
      {
        reason: "bad_gzip",
      },
    );
  }
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ServiceError(
      "unavailable",
      "The disk is full, so that the file cannot be kept while it is read.",
      {
        reason: "storage_full",
        retryAfterSeconds: 30,
      },
    );
  }
  if (code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET") {
    return new ServiceError("bad_request", "The body ended before it was complete; send the file again.", {
      reason: "incomplete_body",
    });
  }
  return error;
}
