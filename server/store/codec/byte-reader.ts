/** Reads what ByteWriter wrote; throws rather than read past the end. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = to;
  }

  get at(): number {
    return this.#at;
  }

  byte(): number {
    const at = this.#take(1);
    return this.#buffer[at] ?? 0;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
      scale *= 0x80;
    }
  }

  float(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#buffer.subarray(at, at + count);
  }

  text(): string {
    const size = this.varint();
    return this.bytes(size).toString("utf8");
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw new RangeError("A stored block ends before its last value.");
    this.#at = at + count;
    return at;
  }
}
