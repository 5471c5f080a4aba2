/** Appends little-endian values to a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = 1_024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Makes room and returns where it starts; the caller fills it through `raw`. */
  reserve(bytes: number): number {
    const at = this.#length;
    const needed = at + bytes;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    this.#length = needed;
    return at;
  }

  get raw(): Buffer {
    return this.#buffer;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.#buffer[at] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  float(value: number): void {
    const at = this.reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  bytes(source: Uint8Array): void {
    const at = this.reserve(source.length);
    this.#buffer.set(source, at);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value, "utf8");
    this.varint(size);
    const at = this.reserve(size);
    this.#buffer.write(value, at, size, "utf8");
  }

  /** The bytes written so far; valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  copy(): Buffer {
    return Buffer.from(this.view());
  }

  clear(): void {
    this.#length = 0;
  }
}
