import type { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import { type ApiKeyRow, findApiKey, insertApiKey, listApiKeys, revokeApiKey } from "#db/queries/api-keys.ts";
import { keyPrefix, makeKey } from "#server/access/key-format.ts";
import type { ApiKey, CreateKeyInput, KeyScope } from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";

const DAY_MS = 86_400_000;
const EXPIRES_IN_DAYS = 365;
const SCOPES: ReadonlySet<string> = new Set<KeyScope>(["ingest", "read", "manage"]);

/** Makes a key; its text is answered here and can never be shown again. */
export function createApiKey(
  meta: MetaDatabase,
  clock: Clock,
  input: z.infer<typeof CreateKeyInput>,
  createdBy: string,
): { key: string; info: ApiKey } {
  const scopes = [...new Set(input.scopes)];
  const made = makeKey(scopes);
  const now = clock.now();
  const row: ApiKeyRow = {
    id: made.keyId,
    name: input.name,
    scopes,
    secretHash: made.secretHash,
    createdBy,
    createdAt: now,
    expiresAt: now + (input.expiresInDays ?? EXPIRES_IN_DAYS) * DAY_MS,
    lastUsedAt: null,
    revokedAt: null,
  };
  insertApiKey(meta, row);
  return { key: made.text, info: toApiKey(row) };
}

export function listKeys(meta: MetaDatabase): ApiKey[] {
  return listApiKeys(meta).map(toApiKey);
}

/** Takes the id or anything that starts with the shown prefix. Revoking twice is no error. */
export function revokeKey(meta: MetaDatabase, clock: Clock, idOrPrefix: string): ApiKey {
  const id = idOrPrefix.startsWith("plb_") ? (idOrPrefix.split("_")[2] ?? "") : idOrPrefix;
  const row = findApiKey(meta, id);
  if (row === null) {
    throw new ServiceError("not_found", "There is no key of that id; `keys list` shows them.", {
      reason: "unknown_key",
    });
  }
  if (row.revokedAt !== null) return toApiKey(row);
  const revokedAt = clock.now();
  revokeApiKey(meta, id, revokedAt);
  return toApiKey({ ...row, revokedAt });
}

export function readScopes(scopes: readonly string[]): KeyScope[] {
  return scopes.filter((scope): scope is KeyScope => SCOPES.has(scope));
}

function toApiKey(row: ApiKeyRow): ApiKey {
  const scopes = readScopes(row.scopes);
  return {
    id: row.id,
    name: row.name,
    prefix: keyPrefix(row.id, scopes),
    scopes,
    createdBy: row.createdBy,
    createdAt: formatInstant(row.createdAt),
    expiresAt: formatInstant(row.expiresAt),
    lastUsedAt: formatInstantOrNull(row.lastUsedAt),
    revokedAt: formatInstantOrNull(row.revokedAt),
  };
}
