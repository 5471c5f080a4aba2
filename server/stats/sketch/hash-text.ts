/** A hash of 64 bits, as two unsigned words. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/**
 * 64 well-mixed bits of a text, the same on every machine: what the sketches of this folder count and sort by.
 *
 * FNV-1a over the UTF-16 units into two 32-bit words, the second of which mixes in the first, then two rounds of
 * multiply and shift each. Not for secrets: whoever knows it can make texts collide. Two of n texts collide with a
 * chance of about n² ÷ 2⁶⁵. The empty text has a hash like any other.
 *
 * @example hashText("B6") // { high: 3477515078, low: 3204442784 }
 */
export function hashText(text: string): Hash64 {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ (unit + (first >>> 15)), 0x01000193);
  }
  return { high: mixed(first ^ (second >>> 7)), low: mixed(second ^ Math.imul(first, 0x9e3779b1)) };
}

function mixed(word: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}
