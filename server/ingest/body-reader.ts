import { createHash, type Hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createGunzip, type Gunzip } from "node:zlib";
import { badBody, tooLarge } from "#server/ingest/body-refusals.ts";
import type { BodyWatch } from "#server/ingest/body-watch.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";

export interface ReadBody {
  readonly bytes: Buffer;
  readonly wireBytes: number;
}

export interface ReadOptions {
  readonly isGzip: boolean;
  /** SHA-256 of the bytes on the wire, base64; null when the sender named none. */
  readonly digest: string | null;
  readonly limits: IngestLimits;
  readonly watch: BodyWatch;
  /** Told of every byte that is held beyond those that Content-Length declared; throws when there is no room. */
  readonly hold: (bytes: number) => void;
}

/** Size of the pieces in which gzip is unpacked. */
const UNPACKED_BYTES = 64 * 1_024;

/** Refuses a body by its declared length, before a byte of it is read. Null when the length is not declared. */
export function declaredLength(request: IncomingMessage, limits: IngestLimits): number | null {
  const header = request.headers["content-length"];
  if (header === undefined) return null;
  const length = Number(header);
  if (length > limits.wireBytes) throw bodyTooLarge(limits, length);
  return length;
}

function bodyTooLarge(limits: IngestLimits, actual: number): Error {
  return tooLarge(
    "body_too_large",
    `The body is larger than ${limits.wireBytes} bytes.`,
    limits.wireBytes,
    actual,
  );
}

/** The whole body, decoded; or a refusal as soon as it is too large, too slow, cut short or not what it says it is. */
export function readBody(request: IncomingMessage, options: ReadOptions): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const reading = new BodyReading(request, options, resolve, reject);
    reading.start();
  });
}

class BodyReading {
  readonly startedMs = performance.now();
  received = 0;
  private decoded = 0;
  private readonly parts: Buffer[] = [];
  private readonly request: IncomingMessage;
  private readonly options: ReadOptions;
  private readonly isDeclared: boolean;
  private readonly hash: Hash | null;
  private readonly gunzip: Gunzip | null;
  private readonly resolve: (body: ReadBody) => void;
  private readonly reject: (error: unknown) => void;
  private settled = false;

  constructor(
    request: IncomingMessage,
    options: ReadOptions,
    resolve: (body: ReadBody) => void,
    reject: (error: unknown) => void,
  ) {
    this.request = request;
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    this.isDeclared = request.headers["content-length"] !== undefined;
    this.hash = options.digest === null ? null : createHash("sha256");
    this.gunzip = options.isGzip ? createGunzip({ chunkSize: UNPACKED_BYTES }) : null;
  }

  start(): void {
    const { request, gunzip } = this;
    this.options.watch.add(this);
    request.on("data", this.onData);
    request.on("end", this.onEnd);
    request.on("error", this.onCut);
    request.on("close", this.onCut);
    gunzip?.on("data", this.onDecoded);
    gunzip?.on("end", () => this.finish());
    gunzip?.on("error", () =>
      this.fail(badBody("bad_gzip", "The body is not complete, valid gzip; nothing of it was stored.")),
    );
  }

  fail(error: unknown): void {
    if (this.settled) return;
    this.stop();
    this.gunzip?.destroy();
    this.reject(error);
  }

  private readonly onData = (part: Buffer): void => {
    const { limits } = this.options;
    this.received += part.length;
    this.hash?.update(part);
    if (this.received > limits.wireBytes) this.fail(bodyTooLarge(limits, this.received));
    else if (this.gunzip !== null) {
      if (!this.gunzip.write(part)) this.waitForGunzip(this.gunzip);
    } else this.keep(part, this.isDeclared ? 0 : part.length);
  };

  private readonly onEnd = (): void => {
    if (this.hash !== null && this.hash.digest("base64") !== this.options.digest) {
      this.fail(
        badBody(
          "digest_mismatch",
          "The body is not the one that `Content-Digest` speaks of; nothing of it was stored.",
        ),
      );
    } else if (this.gunzip === null) this.finish();
    else this.gunzip.end();
  };

  private readonly onCut = (): void => {
    if (this.request.complete) return;
    this.fail(
      badBody("incomplete_body", "The connection ended before the body did; nothing of it was stored."),
    );
  };

  private readonly onDecoded = (part: Buffer): void => {
    const { limits } = this.options;
    this.decoded += part.length;
    const isBomb = this.decoded > limits.ratioFromBytes && this.decoded > this.received * limits.ratio;
    if (this.decoded > limits.decodedBytes || isBomb) this.fail(this.decodedTooLarge(isBomb));
    else this.keep(part, part.length);
  };

  private decodedTooLarge(isBomb: boolean): Error {
    const { limits } = this.options;
    if (!isBomb || this.decoded > limits.decodedBytes) {
      const message = `The body is larger than ${limits.decodedBytes} bytes once unpacked.`;
      return tooLarge("decompressed_too_large", message, limits.decodedBytes, this.decoded);
    }
    const message = `The body unpacks to more than ${limits.ratio} times its size.`;
    return tooLarge("decompressed_too_large", message, this.received * limits.ratio, this.decoded);
  }

  /** Reads no further than the unpacking has come. */
  private waitForGunzip(gunzip: Gunzip): void {
    this.request.pause();
    gunzip.once("drain", () => this.request.resume());
  }

  private keep(part: Buffer, heldBytes: number): void {
    try {
      if (heldBytes > 0) this.options.hold(heldBytes);
      this.parts.push(part);
    } catch (error) {
      this.fail(error);
    }
  }

  private finish(): void {
    if (this.settled) return;
    this.stop();
    const [first] = this.parts;
    const bytes = this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
    this.resolve({ bytes, wireBytes: this.received });
  }

  private stop(): void {
    this.settled = true;
    this.options.watch.remove(this);
    this.request.off("data", this.onData);
    this.request.off("end", this.onEnd);
    this.request.off("close", this.onCut);
  }
}
