import { Webhook } from "standardwebhooks";
import { request } from "undici";
import { type TargetGuard, TargetNotAllowed } from "#server/notify/target-guard.ts";

export interface WebhookRequest {
  readonly url: string;
  readonly secret: string;
  /** The message's id: the same on every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  /** When this attempt is made, milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
}

/** `code` is null when no answer came. */
export interface Outcome {
  readonly code: number | null;
  readonly error: string | null;
  readonly retryAfterMs: number | null;
  /** Refused before anything was sent. */
  readonly isRefused?: boolean;
}

export type Send = (message: WebhookRequest) => Promise<Outcome>;

const ANSWER_BYTES_MAX = 262_144;

/** One attempt: a signed POST that follows no redirect and never throws. */
export function createWebhookSender(guard: TargetGuard, totalTimeoutMs: number): Send {
  return async ({ url, secret, id, at, body }) => {
    try {
      const target = guard.checkUrl(url);
      const answer = await request(target, {
        dispatcher: guard.agent,
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "Plumbline",
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(at / 1000)),
          "webhook-signature": new Webhook(secret).sign(id, new Date(at), body),
        },
        body,
        signal: AbortSignal.timeout(totalTimeoutMs),
        headersTimeout: totalTimeoutMs,
        bodyTimeout: totalTimeoutMs,
      });
      await answer.body.dump({ limit: ANSWER_BYTES_MAX });
      return outcomeOf(answer.statusCode, answer.headers["retry-after"], at);
    } catch (error) {
      return failureOf(error);
    }
  };
}

function outcomeOf(code: number, retryAfter: string | string[] | undefined, now: number): Outcome {
  const isOk = code >= 200 && code < 300;
  const text = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
  return {
    code,
    error: isOk ? null : `The receiver answered ${code}.`,
    retryAfterMs: text === undefined ? null : readRetryAfter(text, now),
  };
}

/** Seconds, or an HTTP date. */
export function readRetryAfter(text: string, now: number): number | null {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** What went wrong in words that say nothing of the network behind: no ports, banners or addresses. */
function failureOf(error: unknown): Outcome {
  const isRefused = isCausedBy(
    error,
    (cause) => cause instanceof TargetNotAllowed || nameOf(cause) === "ServiceError",
  );
  if (isRefused) {
    return { code: null, error: "The address is not allowed as a target.", retryAfterMs: null, isRefused };
  }
  const isTimeout = isCausedBy(error, (cause) => /Timeout/.test(nameOf(cause)));
  const text = isTimeout ? "No answer came in time." : "The connection failed.";
  return { code: null, error: text, retryAfterMs: null };
}

function isCausedBy(error: unknown, matches: (error: unknown) => boolean): boolean {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth += 1
  ) {
    if (matches(cause)) return true;
  }
  return false;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
