import { DECIMAL_ORDER } from "#server/windows/bit-writer.ts";

/** Golomb orders of the gaps between cells and of their counts. */
export interface CellOrders {
  readonly gap: number;
  readonly count: number;
}

/** Cells of one block, ascending, and their counts; longer than what is in use. */
export interface CellRun {
  readonly cells: Int32Array;
  readonly counts: Float64Array;
}

/** Reads what BitWriter wrote. Reading past the end gives zeros; the formats carry their own lengths. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private position: number;
  /** The next bits, most significant first, and how many of the 32 are valid. */
  private ahead = 0;
  private aheadBits = 0;
  private previous = Number.NaN;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** At most 24 bits. */
  bits(width: number): number {
    if (width === 0) return 0;
    if (this.aheadBits < width) this.fill();
    const value = this.ahead >>> (32 - width);
    this.ahead <<= width;
    this.aheadBits -= width;
    return value;
  }

  wide(width: number): number {
    if (width <= 24) return this.bits(width);
    const high = this.wide(width - 24);
    return high * 0x1000000 + this.bits(24);
  }

  golomb(order: number): number {
    if (this.aheadBits < 25) this.fill();
    let zeros = Math.clz32(this.ahead);
    const width = 2 * zeros + 1 + order;
    if (width <= 24) {
      const code = this.ahead >>> (32 - width);
      this.ahead <<= width;
      this.aheadBits -= width;
      return (((code >>> order) - 1) << order) | (code & ((1 << order) - 1));
    }
    if (zeros >= this.aheadBits) zeros = this.manyZeros();
    else this.skip(zeros);
    const quotient = this.wide(zeros + 1) - 1;
    return order === 0 ? quotient : quotient * 2 ** order + this.bits(order);
  }

  /**
   * Cell numbers (from −1 by gaps) and their counts: what most of a summary is made of. A pair of codes that fits into
   * 25 bits, as nearly all do, is taken from one look at the bytes; others take the usual way.
   */
  cells(length: number, orders: CellOrders, into: CellRun): void {
    const { bytes } = this;
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { gap, count } = orders;
    const gapBase = (1 << gap) - 1;
    const countBase = (1 << count) - 1;
    // The last bytes are left to the usual way, which knows where they end.
    const lastLook = (bytes.length - 4) * 8;
    let bit = this.position * 8 - this.aheadBits;
    let cell = -1;
    for (let index = 0; index < length; index += 1) {
      const look = bit <= lastLook ? words.getInt32(bit >>> 3) << (bit & 7) : 0;
      const gapWidth = 2 * Math.clz32(look) + 1 + gap;
      const rest = look << gapWidth;
      const width = gapWidth + 2 * Math.clz32(rest) + 1 + count;
      if (width <= 25) {
        cell += (look >>> (32 - gapWidth)) - gapBase;
        into.counts[index] = (rest >>> (32 + gapWidth - width)) - countBase;
        bit += width;
      } else {
        this.seekBit(bit);
        cell += this.golomb(gap) + 1;
        into.counts[index] = this.golomb(count) + 1;
        bit = this.position * 8 - this.aheadBits;
      }
      into.cells[index] = cell;
    }
    this.seekBit(bit);
  }

  private seekBit(bit: number): void {
    this.seek(bit >>> 3);
    this.bits(bit & 7);
  }

  number(): number {
    const kind = this.bits(2);
    if (kind === 3) return this.previous;
    const value = kind === 0 ? 0 : kind === 1 ? this.decimal() : this.double();
    this.previous = value;
    return value;
  }

  text(): string {
    const encoded = new Uint8Array(this.golomb(4));
    for (let index = 0; index < encoded.length; index += 1) encoded[index] = this.bits(8);
    return new TextDecoder().decode(encoded);
  }

  /** Goes to the next whole byte and says which it is. */
  align(): number {
    this.skip(this.aheadBits & 7);
    return this.position - this.aheadBits / 8;
  }

  /** Goes to a byte. */
  seek(position: number): void {
    this.position = position;
    this.ahead = 0;
    this.aheadBits = 0;
  }

  forgetNumber(): void {
    this.previous = Number.NaN;
  }

  private skip(width: number): void {
    if (width === 0) return;
    this.ahead <<= width;
    this.aheadBits -= width;
  }

  private manyZeros(): number {
    let zeros = 0;
    while (this.bits(1) === 0) {
      zeros += 1;
      if (zeros > 60) throw new Error("A stored summary is damaged: a number in it has no end.");
    }
    // The one that ended the run belongs to the number that follows: put it back.
    this.ahead = (this.ahead >>> 1) | 0x80000000;
    this.aheadBits += 1;
    return zeros;
  }

  private decimal(): number {
    const digits = this.bits(3);
    const zigzag = this.golomb(DECIMAL_ORDER);
    const mantissa = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    return mantissa / 10 ** digits;
  }

  private double(): number {
    const count = this.bits(3) + 1;
    view.setFloat64(0, 0);
    for (let index = 0; index < count; index += 1) view.setUint8(index, this.bits(8));
    return view.getFloat64(0);
  }

  private fill(): void {
    while (this.aheadBits <= 24) {
      this.ahead |= (this.bytes[this.position++] ?? 0) << (24 - this.aheadBits);
      this.aheadBits += 8;
    }
  }
}

const view = new DataView(new ArrayBuffer(8));
