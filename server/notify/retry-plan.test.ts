import { expect, test } from "vitest";
import { planAfter, RETRY_WAITS_MS } from "#server/notify/retry-plan.ts";
import { type Outcome, readRetryAfter } from "#server/notify/send-webhook.ts";

const outcome = (code: number | null, more: Partial<Outcome> = {}): Outcome => ({
  code,
  error: null,
  retryAfterMs: null,
  ...more,
});
const HOUR_MS = 3_600_000;

test.each([200, 201, 204, 299])("%i is delivered", (code) => {
  expect(planAfter(outcome(code), 1, 0.5)).toEqual({ kind: "delivered" });
});

test.each([408, 425, 429, 500, 502, 503, 504, 599, null])("%s is tried for about two days", (code) => {
  const waits: number[] = [];
  let attempts = 1;
  for (; ; attempts += 1) {
    const plan = planAfter(outcome(code), attempts, 0.5);
    if (plan.kind !== "retry") break;
    waits.push(plan.waitMs);
  }
  expect(attempts).toBe(11);
  expect(waits).toEqual(RETRY_WAITS_MS);
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / HOUR_MS;
  expect(hours).toBeGreaterThan(48);
  expect(hours).toBeLessThan(56);
});

test.each([301, 302, 307, 400, 401, 403, 404, 422])("%i is given up after three attempts", (code) => {
  const kinds = [1, 2, 3].map((attempts) => planAfter(outcome(code), attempts, 0.5).kind);
  expect(kinds).toEqual(["retry", "retry", "dead"]);
});

test("an address that is not allowed is given up after three attempts", () => {
  expect(planAfter(outcome(null, { isRefused: true }), 3, 0.5).kind).toBe("dead");
});

test("410 is gone at once", () => {
  expect(planAfter(outcome(410), 1, 0.5)).toEqual({ kind: "gone" });
});

test("waits are spread by a fifth to either side", () => {
  expect(planAfter(outcome(500), 1, 0)).toEqual({ kind: "retry", waitMs: 4_000 });
  expect(planAfter(outcome(500), 1, 0.999999)).toEqual({ kind: "retry", waitMs: 6_000 });
});

test("Retry-After is honoured up to an hour, and never shortens a wait", () => {
  const after = (retryAfterMs: number) => planAfter(outcome(429, { retryAfterMs }), 1, 0.5);
  expect(after(7_000)).toEqual({ kind: "retry", waitMs: 7_000 });
  expect(after(1_000)).toEqual({ kind: "retry", waitMs: 5_000 });
  expect(after(9 * HOUR_MS)).toEqual({ kind: "retry", waitMs: HOUR_MS });
});

test("Retry-After is read as seconds or as a date", () => {
  expect(readRetryAfter("120", 0)).toBe(120_000);
  expect(readRetryAfter("Thu, 01 Jan 1970 00:01:00 GMT", 10_000)).toBe(50_000);
  expect(readRetryAfter("Thu, 01 Jan 1970 00:00:00 GMT", 10_000)).toBe(0);
  expect(readRetryAfter("soon", 0)).toBeNull();
});
