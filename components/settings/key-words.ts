import { listed, plural } from "#components/ui/format.ts";
import { DAY_MS } from "#components/ui/time.ts";
import type { ApiKey, KeyScope } from "#server/api/contract.ts";

export const SCOPE_WORDS: Record<KeyScope, string> = {
  ingest: "write predictions and labels; can never read",
  read: "read models, metrics, predictions and alerts",
  manage: "change models, monitors, alerts and channels",
};

export type KeyState = "active" | "expiring" | "expired" | "revoked";
const SOON_MS = 14 * DAY_MS;

export function keyState(key: Pick<ApiKey, "expiresAt" | "revokedAt">, nowMs: number): KeyState {
  if (key.revokedAt !== null) return "revoked";
  const left = Date.parse(key.expiresAt) - nowMs;
  if (left <= 0) return "expired";
  return left < SOON_MS ? "expiring" : "active";
}

/** Keys that work first, soonest to expire at the head; the others stay for the record. */
export function byUse(nowMs: number): (a: ApiKey, b: ApiKey) => number {
  const rank = (key: ApiKey) => (["active", "expiring"].includes(keyState(key, nowMs)) ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || a.expiresAt.localeCompare(b.expiresAt);
}

export function keysSentence(keys: readonly ApiKey[], nowMs: number): string {
  const working = keys.filter((key) => ["active", "expiring"].includes(keyState(key, nowMs)));
  if (working.length === 0) return "No key works yet; services need one to send predictions.";
  const soon = working.filter((key) => keyState(key, nowMs) === "expiring").map((key) => key.name);
  const head = `${plural(working.length, "key works", "keys work")}.`;
  if (soon.length === 0) return head;
  return `${head} ${listed(soon)} ${soon.length === 1 ? "expires" : "expire"} within two weeks.`;
}
