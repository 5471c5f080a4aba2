const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const SKIP = 0;
const STRING = 1;
const OPEN = 2;
const CLOSE = 3;
const KEY = 4;
const CLASS = new Uint8Array(256);
CLASS[QUOTE] = STRING;
CLASS[OPEN_LIST] = OPEN;
CLASS[OPEN_OBJECT] = OPEN;
CLASS[CLOSE_LIST] = CLOSE;
CLASS[CLOSE_OBJECT] = CLOSE;
CLASS[COLON] = KEY;

export const UNBALANCED = -1;

/**
 * Finds where JSON values end, how deep they nest and how many keys they have, without parsing them: a parser cannot be
 * asked to stop at a depth, and keeps the last of two equal keys silently. What it accepts may still be no JSON.
 */
export class JsonScanner {
  /** Of the container scanned last. */
  keys = 0;
  depth = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Position after the container that opens at `from`; UNBALANCED when it does not close before `to`. */
  skipContainer(from: number, to: number): number {
    const { bytes } = this;
    let depth = 0;
    let deepest = 0;
    let keys = 0;
    let at = from;
    let end = UNBALANCED;
    while (at < to) {
      const kind = CLASS[bytes[at] as number];
      at++;
      if (kind === SKIP) continue;
      if (kind === STRING) {
        at = this.skipString(at, to);
      } else if (kind === KEY) {
        keys++;
      } else if (kind === OPEN) {
        if (++depth > deepest) deepest = depth;
      } else if (--depth <= 0) {
        end = at;
        break;
      }
    }
    this.keys = keys;
    this.depth = deepest;
    return end;
  }

  /** Position after the quote that closes the text whose first character is at `from`; `to` when none does. */
  skipString(from: number, to: number): number {
    const { bytes } = this;
    let at = from;
    while (at < to) {
      const byte = bytes[at];
      at++;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
    }
    return to;
  }

  skipSpace(from: number, to: number): number {
    const { bytes } = this;
    let at = from;
    while (at < to && isSpace(bytes[at] as number)) at++;
    return at;
  }

  /** Position after any value; UNBALANCED when it has no end. Scalars end at the next comma or closing bracket. */
  skipValue(from: number, to: number): number {
    const byte = this.bytes[from];
    this.keys = 0;
    this.depth = 0;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.skipContainer(from, to);
    let at = from;
    if (byte === QUOTE) at = this.skipString(from + 1, to);
    while (at < to && !endsScalar(this.bytes[at] as number)) at++;
    return at === from ? UNBALANCED : at;
  }

  byteAt(at: number): number {
    return this.bytes[at] ?? 0;
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT;
}

export const BYTE = { QUOTE, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT } as const;
