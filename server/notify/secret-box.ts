import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { deriveKey } from "#server/access/secret-key.ts";
import { ServiceError } from "#server/kernel/errors.ts";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;

/** Where a sealed text belongs. It opens nowhere else, so rows cannot be swapped by whoever can write the file. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

export interface SecretBox {
  seal(text: string, place: SealedPlace): string;
  /** Refuses with `unavailable` when it was sealed with another key, or changed, or belongs elsewhere. */
  open(sealed: string, place: SealedPlace): string;
}

/** `v1.<key id>.<iv>.<tag>.<cipher text>`, everything base64url. */
export function createSecretBox(secretKey: string): SecretBox {
  const key = deriveKey(secretKey, "channel secrets");
  const keyId = createHash("sha256").update(key).digest("base64url").slice(0, 8);
  return {
    seal(text, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(placeBytes(place));
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [
        "v1",
        keyId,
        ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString("base64url")),
      ].join(".");
    },
    open(sealed, place) {
      const [format, sealedWith, ...parts] = sealed.split(".");
      const [iv, tag, text] = parts.map((part) => Buffer.from(part, "base64url"));
      if (format !== "v1" || sealedWith !== keyId || !iv || !tag || !text) throw needsReentry();
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv).setAAD(placeBytes(place)).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
      } catch {
        throw needsReentry();
      }
    },
  };
}

function placeBytes({ table, column, id }: SealedPlace): Buffer {
  return Buffer.from(`${table}|${column}|${id}`);
}

function needsReentry(): ServiceError {
  return new ServiceError(
    "unavailable",
    "The channel's secret cannot be read with this installation's key; make the channel anew.",
    { reason: "secret_unreadable" },
  );
}
