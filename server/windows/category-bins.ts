import { Buffer } from "node:buffer";
import { type CategoryBins, MAX_CATEGORIES, MAX_TAIL } from "#server/windows/layout.ts";

const WHOLE_NUMBER = /^-?\d+\.0+$/;

/** Categories compare as text, and `16.0` is the text of the number 16. */
export function canonicalCategory(text: string): string {
  // Nearly every text is told apart by its last character.
  if (text.charCodeAt(text.length - 1) !== 48 || !WHOLE_NUMBER.test(text)) return text;
  return text.slice(0, text.indexOf("."));
}

/** Most rows first, ties by UTF-8. */
export function byCount(counts: ReadonlyMap<string, number>): string[] {
  return [...counts]
    .sort(([a, aCount], [b, bCount]) => bCount - aCount || compareUtf8(a, b))
    .map(([text]) => text);
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Bins of a reference's values by their counts. Too many values to know them all: nothing is ever new. */
export function referenceCategories(counts: ReadonlyMap<string, number>): CategoryBins {
  const values = byCount(counts);
  const tail = values.slice(MAX_CATEGORIES);
  const closed = tail.length <= MAX_TAIL;
  return { kind: "category", categories: values.slice(0, MAX_CATEGORIES), tail: closed ? tail : [], closed };
}

export const OPEN_CATEGORIES: CategoryBins = { kind: "category", categories: [], tail: [], closed: false };
