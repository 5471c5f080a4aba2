import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { KeyScope } from "#server/api/contract.ts";

/**
 * `plb_<scope2>_<keyid12>_<secret43>_<crc6>`: a secret scanner can tell one from noise, and so can the door, without
 * asking the database.
 */
const KEY = /^plb_(in|re|ma|mx)_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LENGTH = 12;
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;

export interface KeyParts {
  readonly keyId: string;
  readonly secretHash: Buffer;
}

export interface NewKey extends KeyParts {
  readonly text: string;
}

export function makeKey(scopes: readonly KeyScope[]): NewKey {
  const keyId = toBase62(randomBytes(16), ID_LENGTH);
  const secret = toBase62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
  const start = `plb_${scopeLetters(scopes)}_${keyId}_${secret}`;
  return { keyId, secretHash: hashSecret(secret), text: `${start}_${checkDigits(start)}` };
}

/** The parts of a well-formed key; null for anything else, which needs no look-up to be refused. */
export function parseKey(text: string): KeyParts | null {
  const parts = KEY.exec(text);
  const [, , keyId, secret, check] = parts ?? [];
  if (keyId === undefined || secret === undefined || check === undefined) return null;
  if (checkDigits(text.slice(0, -CHECK_LENGTH - 1)) !== check) return null;
  return { keyId, secretHash: hashSecret(secret) };
}

/** What may be shown of a key afterwards. */
export function keyPrefix(keyId: string, scopes: readonly KeyScope[]): string {
  return `plb_${scopeLetters(scopes)}_${keyId}`;
}

function scopeLetters(scopes: readonly KeyScope[]): string {
  const [only] = scopes;
  return scopes.length === 1 && only !== undefined ? only.slice(0, 2) : "mx";
}

function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function checkDigits(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return toBase62(bytes, CHECK_LENGTH);
}

function toBase62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let place = 0; place < length; place++) {
    text = `${DIGITS[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return text;
}
