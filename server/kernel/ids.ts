import { customAlphabet } from "nanoid";

const letters = customAlphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 20);

/** A new text id that cannot be guessed and is never used again: `evt_…`. */
export function newId(prefix: string): string {
  return `${prefix}_${letters()}`;
}
