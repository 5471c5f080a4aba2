const TRUE_TEXTS = new Set(["1", "true"]);
const FALSE_TEXTS = new Set(["0", "false"]);

/**
 * Reads a logged class (a label or a decision, as text) as positive or negative.
 * `1`/`true` and `0`/`false` are always understood; any other text is positive exactly when it is the
 * model's positive class, and unreadable (null) while the model has none.
 */
export function readBinaryClass(text: string, positiveClass: string | null): boolean | null {
  if (positiveClass !== null && text === positiveClass) return true;
  if (TRUE_TEXTS.has(text)) return positiveClass === null || !FALSE_TEXTS.has(positiveClass);
  if (FALSE_TEXTS.has(text)) return false;
  return positiveClass === null ? null : false;
}
