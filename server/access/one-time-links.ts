import { createHash, randomBytes } from "node:crypto";
import type { MetaDatabase } from "#db/open-meta.ts";
import {
  consumeOneTimeToken,
  deleteOneTimeTokens,
  insertOneTimeToken,
  type OneTimeTokenRow,
} from "#db/queries/one-time-tokens.ts";
import type { Clock } from "#server/kernel/clock.ts";

const VALID_MS = 3_600_000;
const TOKEN_BYTES = 32;

/** Makes a token that works once within the hour. A new set-up token ends the one before it. */
export function createLinkToken(
  meta: MetaDatabase,
  clock: Clock,
  purpose: OneTimeTokenRow["purpose"],
  userId: string | null,
): string {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const now = clock.now();
  if (purpose === "setup") deleteOneTimeTokens(meta, "setup");
  insertOneTimeToken(meta, {
    tokenHash: hashToken(token),
    purpose,
    userId,
    createdAt: now,
    expiresAt: now + VALID_MS,
    usedAt: null,
  });
  return token;
}

/** Uses the token up; null when it is no good, without saying why. */
export function useLinkToken(
  meta: MetaDatabase,
  clock: Clock,
  purpose: OneTimeTokenRow["purpose"],
  token: string,
): { userId: string | null } | null {
  const row = consumeOneTimeToken(meta, hashToken(token), purpose, clock.now());
  return row === null ? null : { userId: row.userId };
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
