import { timingSafeEqual } from "node:crypto";
import type { MetaDatabase } from "#db/open-meta.ts";
import { findApiKey, touchApiKey } from "#db/queries/api-keys.ts";
import { readScopes } from "#server/access/api-keys.ts";
import { parseKey } from "#server/access/key-format.ts";
import type { Principal } from "#server/access/principal.ts";
import type { Clock } from "#server/kernel/clock.ts";

type KeyPrincipal = Extract<Principal, { kind: "key" }>;

interface CachedKey {
  readonly secretHash: Buffer;
  readonly expiresAt: number;
  readonly principal: KeyPrincipal;
}

export interface KeyCache {
  /** Who the key is; null when it is unknown, revoked or expired. */
  authenticate(text: string): KeyPrincipal | null;
  /** Forgets everything, so that the next use asks the database. */
  clear(): void;
  /** Writes down when keys were last used; at most once in five minutes a key. */
  recordUse(): void;
}

const CACHED_MAX = 1_000;
/** How long a revocation by another process may go unseen; the promise is one second. */
const STALE_MS = 250;
const USE_RECORDED_EVERY_MS = 5 * 60_000;
const NO_HASH = Buffer.alloc(32);

export function createKeyCache(meta: MetaDatabase, clock: Clock): KeyCache {
  const cached = new Map<string, CachedKey>();
  const usedAt = new Map<string, number>();
  const recordedAt = new Map<string, number>();
  let checkedAt = Number.NEGATIVE_INFINITY;
  let seenVersion: unknown = null;

  const forgetWhenChanged = (now: number) => {
    if (now - checkedAt < STALE_MS && now >= checkedAt) return;
    checkedAt = now;
    const version = meta.$client.pragma("data_version", { simple: true });
    if (version !== seenVersion) cached.clear();
    seenVersion = version;
  };
  const lookUp = (keyId: string): CachedKey | null => {
    const known = cached.get(keyId);
    if (known !== undefined) return known;
    const row = findApiKey(meta, keyId);
    if (row === null || row.revokedAt !== null) return null;
    const principal: KeyPrincipal = { kind: "key", keyId, name: row.name, scopes: readScopes(row.scopes) };
    const entry = { secretHash: row.secretHash, expiresAt: row.expiresAt, principal };
    if (cached.size >= CACHED_MAX) evictOldest(cached);
    cached.set(keyId, entry);
    return entry;
  };

  return {
    authenticate: (text) => {
      const parts = parseKey(text);
      if (parts === null) return null;
      const now = clock.now();
      forgetWhenChanged(now);
      const entry = lookUp(parts.keyId);
      // An unknown id costs a comparison too, so that the time says nothing about which ids exist.
      const isEqual = timingSafeEqual(parts.secretHash, entry?.secretHash ?? NO_HASH);
      if (entry === null || !isEqual || now >= entry.expiresAt) return null;
      usedAt.set(parts.keyId, now);
      return entry.principal;
    },
    clear: () => cached.clear(),
    recordUse: () => {
      for (const [keyId, at] of usedAt) {
        if (at - (recordedAt.get(keyId) ?? Number.NEGATIVE_INFINITY) < USE_RECORDED_EVERY_MS) continue;
        touchApiKey(meta, keyId, at);
        recordedAt.set(keyId, at);
      }
      usedAt.clear();
    },
  };
}

function evictOldest(cached: Map<string, CachedKey>): void {
  for (const keyId of cached.keys()) {
    cached.delete(keyId);
    return;
  }
}
