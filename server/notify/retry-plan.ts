import type { Outcome } from "#server/notify/send-webhook.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first, second, … failed attempt: about two days in all. */
export const RETRY_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
];
const JITTER = 0.2;
/** An answer that trying again will hardly change (404, a redirect) gets this many attempts. */
const ATTEMPTS_WHEN_REFUSED = 3;
const RETRY_AFTER_MAX_MS = HOUR_MS;
const TRANSIENT_CODES: ReadonlySet<number> = new Set([408, 425, 429]);

export type Plan =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly waitMs: number }
  | { readonly kind: "dead" }
  /** 410: the receiver says that nobody will ever listen here again. */
  | { readonly kind: "gone" };

/** What to do after an attempt. `attempts` counts it; `random` is in [0, 1). */
export function planAfter(outcome: Outcome, attempts: number, random: number): Plan {
  const { code } = outcome;
  if (code !== null && code >= 200 && code < 300) return { kind: "delivered" };
  if (code === 410) return { kind: "gone" };
  const waitMs = RETRY_WAITS_MS[attempts - 1];
  if (waitMs === undefined || (!isTransient(outcome) && attempts >= ATTEMPTS_WHEN_REFUSED))
    return { kind: "dead" };
  const jittered = Math.round(waitMs * (1 + JITTER * (2 * random - 1)));
  const asked = Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
  return { kind: "retry", waitMs: Math.max(jittered, asked) };
}

function isTransient({ code, isRefused }: Outcome): boolean {
  if (isRefused) return false;
  return code === null || code >= 500 || TRANSIENT_CODES.has(code);
}
