import { expect, test } from "vitest";
import type { ApiKey, Channel } from "#server/api/contract.ts";
import { channelShape, channelsSentence, deliveryWords, urlProblem } from "./channel-words.ts";
import { byUse, keyState, keysSentence } from "./key-words.ts";

const NOW = Date.UTC(2013, 8, 23);
const DAY = 86_400_000;
const key = (name: string, days: number, revoked = false): ApiKey => ({
  id: name,
  name,
  prefix: "plb_abc",
  scopes: ["ingest"],
  createdBy: "kari@example.com",
  createdAt: new Date(NOW - DAY).toISOString(),
  expiresAt: new Date(NOW + days * DAY).toISOString(),
  lastUsedAt: null,
  revokedAt: revoked ? new Date(NOW).toISOString() : null,
});

test.each([
  [300, false, "active"],
  [6, false, "expiring"],
  [-1, false, "expired"],
  [300, true, "revoked"],
] as const)("a key with %d days left (revoked: %s) is %s", (days, revoked, state) => {
  expect(keyState(key("k", days, revoked), NOW)).toBe(state);
});

test("keys that work come first, soonest to expire at the head", () => {
  const sorted = [key("revoked", 1, true), key("late", 300), key("soon", 6)].sort(byUse(NOW));
  expect(sorted.map((one) => one.name)).toEqual(["soon", "late", "revoked"]);
  expect(keysSentence(sorted, NOW)).toBe("2 keys work. soon expires within two weeks.");
  expect(keysSentence([key("old", -1)], NOW)).toMatch(/No key works/);
});

const channel = (more: Partial<Channel>): Channel => ({
  id: "c",
  kind: "webhook",
  name: "on-call",
  target: "https://…",
  enabled: true,
  createdAt: "",
  lastDelivery: { at: "", ok: true, code: 200, error: null },
  failures24h: 0,
  monitors: 1,
  ...more,
});
const failed = { at: "", ok: false, code: 503, error: "The receiver was busy." };

test("a failing channel is the first thing that is said", () => {
  expect(channelsSentence([])).toMatch(/nobody is told/);
  expect(channelsSentence([channel({}), channel({ name: "archive", lastDelivery: failed })])).toBe(
    "Delivery fails on archive; alerts still appear here.",
  );
  expect(channelsSentence([channel({}), channel({ lastDelivery: null })])).toBe(
    "Delivery works on 1 channel. 1 channel has never been used; send a test.",
  );
  expect(channelShape(channel({ enabled: false })).word).toBe("Off");
  expect(channelShape(channel({ lastDelivery: failed })).shape).toBe("fail");
});

test("a delivery tells the receiver's answer", () => {
  expect(deliveryWords(failed)).toBe("answered 503: The receiver was busy.");
  expect(deliveryWords({ ok: true, code: 204, error: null })).toBe("answered 204");
  expect(deliveryWords({ ok: false, code: null, error: null })).toBe("no answer");
});

test.each([
  ["https://hooks.example.net/x", null],
  ["", /Give the address/],
  ["hooks.example.net", /no web address/],
  ["ftp://example.net", /Only https/],
  ["https://user:pw@example.net", /user name/],
] as const)("%s is judged as an address", (url, message) => {
  const found = urlProblem(url);
  if (message === null) expect(found).toBeNull();
  else expect(found).toMatch(message);
});
