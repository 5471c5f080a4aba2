/** Writes numbers bit by bit, most significant first. */
export class BitWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;
  private pending = 0;
  private pendingBits = 0;
  private previous = Number.NaN;

  /** At most 24 bits. */
  bits(value: number, width: number): void {
    this.pending = (this.pending << width) | value;
    this.pendingBits += width;
    if (this.length + 4 > this.bytes.length) this.grow(4);
    while (this.pendingBits >= 8) {
      this.pendingBits -= 8;
      this.bytes[this.length++] = this.pending >>> this.pendingBits;
    }
    this.pending &= (1 << this.pendingBits) - 1;
  }

  /** A whole number below 2^53 in `width` bits. */
  wide(value: number, width: number): void {
    if (width <= 24) {
      this.bits(value, width);
      return;
    }
    this.wide(Math.floor(value / 0x1000000), width - 24);
    this.bits(value % 0x1000000, 24);
  }

  /** Exponential Golomb code of order k: k + 1 bits for numbers below 2^k, two bits more for every doubling. */
  golomb(value: number, order: number): void {
    if (value < SHORT_VALUE) {
      const quotient = (value >>> order) + 1;
      const width = 63 - 2 * Math.clz32(quotient) + order;
      if (width <= 24) {
        // The leading zeros of the code are those of the number itself.
        this.bits((quotient << order) | (value & ((1 << order) - 1)), width);
        return;
      }
    }
    this.longGolomb(value, order);
  }

  private longGolomb(value: number, order: number): void {
    const scale = 2 ** order;
    const quotient = Math.floor(value / scale) + 1;
    const width = bitLength(quotient);
    this.wide(0, width - 1);
    this.wide(quotient, width);
    if (order > 0) this.bits(value % scale, order);
  }

  /** A double: zero, a short decimal, the same as the last one, or its bytes without trailing zero bytes. */
  number(value: number): void {
    if (Object.is(value, this.previous)) {
      this.bits(3, 2);
      return;
    }
    this.previous = value;
    if (Object.is(value, 0)) {
      this.bits(0, 2);
      return;
    }
    if (!this.decimal(value)) this.double(value);
  }

  /** Whole texts as UTF-8. */
  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.golomb(encoded.length, 4);
    for (const byte of encoded) this.bits(byte, 8);
  }

  align(): void {
    if (this.pendingBits > 0) this.bits(0, 8 - this.pendingBits);
  }

  /** Whole bytes; the writer must be aligned. */
  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.bytes.length) this.grow(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Bytes so far, padded to a whole one. The writer can be used again after `reset`. */
  finish(): Uint8Array {
    this.align();
    return this.bytes.slice(0, this.length);
  }

  reset(): void {
    this.length = 0;
    this.pending = 0;
    this.pendingBits = 0;
    this.forgetNumber();
  }

  /** The next number does not refer to the last one: it may be read on its own. */
  forgetNumber(): void {
    this.previous = Number.NaN;
  }

  private decimal(value: number): boolean {
    for (let digits = 0; digits <= MAX_DECIMALS; digits += 1) {
      const mantissa = Math.round(value * (POWERS[digits] ?? 1));
      if (!(Math.abs(mantissa) < MAX_MANTISSA)) return false;
      if (mantissa === 0 || mantissa / (POWERS[digits] ?? 1) !== value) continue;
      this.bits(1, 2);
      this.bits(digits, 3);
      this.golomb(mantissa < 0 ? -2 * mantissa - 1 : 2 * mantissa, DECIMAL_ORDER);
      return true;
    }
    return false;
  }

  private double(value: number): void {
    view.setFloat64(0, value);
    let count = 8;
    while (count > 1 && view.getUint8(count - 1) === 0) count -= 1;
    this.bits(2, 2);
    this.bits(count - 1, 3);
    for (let index = 0; index < count; index += 1) this.bits(view.getUint8(index), 8);
  }

  private grow(more: number): void {
    const grown = new Uint8Array((this.length + more) * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

const view = new DataView(new ArrayBuffer(8));
const SHORT_VALUE = 0x1000000;
const POWERS = [1, 10, 100, 1_000, 10_000];
const MAX_DECIMALS = 4;
const MAX_MANTISSA = 2 ** 34;
/** Order of the code of decimal mantissas, shared with the reader. */
export const DECIMAL_ORDER = 14;

function bitLength(value: number): number {
  return value < 0x100000000 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 0x100000000));
}
