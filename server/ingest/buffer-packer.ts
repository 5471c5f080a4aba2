const ALIGNMENT = 8;

export function packedSize(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Lays arrays into one buffer of a size known beforehand, so that a batch crosses threads as one transfer. */
export class BufferPacker {
  private readonly buffer: ArrayBuffer;
  private offset = 0;

  constructor(bytes: number) {
    this.buffer = new ArrayBuffer(bytes);
  }

  float64(source: Float64Array, count: number): Float64Array {
    const target = new Float64Array(this.buffer, this.take(count * 8), count);
    target.set(count === source.length ? source : source.subarray(0, count));
    return target;
  }

  uint32(source: Uint32Array, count: number): Uint32Array {
    const target = new Uint32Array(this.buffer, this.take(count * 4), count);
    target.set(count === source.length ? source : source.subarray(0, count));
    return target;
  }

  uint8(source: Uint8Array, count: number): Uint8Array {
    const target = new Uint8Array(this.buffer, this.take(count), count);
    target.set(count === source.length ? source : source.subarray(0, count));
    return target;
  }

  private take(bytes: number): number {
    const start = this.offset;
    this.offset += packedSize(bytes);
    return start;
  }
}
