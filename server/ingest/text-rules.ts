/** Text that survives UTF-8 and SQLite: no lone surrogate, no NUL. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** Whether the text's UTF-8 form is longer than `limit`; counts only when it may be. */
export function exceedsBytes(text: string, limit: number): boolean {
  return text.length * 3 > limit && (text.length > limit || Buffer.byteLength(text) > limit);
}

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** The number that a text spells in decimal; NaN when it spells none (hex, empty text and NaN itself included). */
export function numberFromText(text: string): number {
  return text.length <= 64 && DECIMAL.test(text) ? Number(text) + 0 : Number.NaN;
}

const NOT_A_NUMBER = /^\s*[+-]?(nan|inf|infinity)\s*$/i;

export function spellsNotANumber(text: string): boolean {
  return text.length <= 16 && NOT_A_NUMBER.test(text);
}

/** How a number or truth value is compared as a category: 16 and 16.0 are "16", −0 is "0". */
export function canonicalText(value: number | boolean): string {
  return typeof value === "number" ? String(value + 0) : value ? "true" : "false";
}
