import { type BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import type { TextColumn } from "#server/store/columns.ts";

/** Grows a column of UTF-8 texts row by row. */
export class TextBuilder {
  count = 0;
  private bytes = Buffer.allocUnsafeSlow(2_048);
  private offsets = new Uint32Array(65);

  push(text: string): void {
    if (this.count + 1 >= this.offsets.length) this.growOffsets();
    const start = this.offsets[this.count] ?? 0;
    if (start + text.length * 3 > this.bytes.length) this.growBytes(start + text.length * 3);
    this.offsets[++this.count] = start + this.write(text, start);
  }

  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }

  packedBytes(): number {
    return packedSize((this.count + 1) * 4) + packedSize(this.byteCount());
  }

  pack(packer: BufferPacker): TextColumn {
    const offsets = packer.uint32(this.offsets, this.count + 1);
    return { bytes: packer.uint8(this.bytes, this.byteCount()), offsets };
  }

  /** Bytes held, used or not. */
  capacityBytes(): number {
    return this.bytes.length + this.offsets.byteLength;
  }

  private byteCount(): number {
    return this.offsets[this.count] ?? 0;
  }

  /** Ids are short and ASCII nearly always: a loop is twice as fast as a call into the encoder. */
  private write(text: string, start: number): number {
    const length = text.length;
    if (length > 64) return this.bytes.write(text, start);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return this.bytes.write(text, start);
      this.bytes[start + i] = code;
    }
    return length;
  }

  private growOffsets(): void {
    const larger = new Uint32Array(this.offsets.length * 2);
    larger.set(this.offsets);
    this.offsets = larger;
  }

  private growBytes(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.byteCount()));
    this.bytes = larger;
  }
}
