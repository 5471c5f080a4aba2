import { expect, test } from "vitest";
import { decideNotice, type NoticeFacts } from "./decide-notice.ts";
import { NOTICE_TIMING } from "./notice-timing.ts";

const HOUR_MS = 3_600_000;
const NOW = 1_000 * HOUR_MS;

interface Row {
  readonly name: string;
  readonly alert?: Partial<NoticeFacts["alert"]>;
  readonly told?: Partial<NonNullable<NoticeFacts["told"]>>;
  readonly lastHour?: number;
  readonly expected: ReturnType<typeof decideNotice>;
}
const ROWS: Row[] = [
  { name: "a live alert that nobody heard of", expected: "fired" },
  { name: "history", alert: { origin: "backfill" }, expected: null },
  { name: "raised by late labels in the past", alert: { origin: "late" }, expected: null },
  { name: "silenced before it was told", alert: { silencedUntil: NOW + 1 }, expected: null },
  { name: "told a moment ago", told: {}, expected: null },
  { name: "told, and four hours passed", told: { at: NOW - 4 * HOUR_MS }, expected: "reminder" },
  {
    name: "a ticket is told again after a day only",
    alert: { severity: "ticket" },
    told: { at: NOW - 23 * HOUR_MS },
    expected: null,
  },
  {
    name: "acknowledged",
    alert: { acknowledgedAt: NOW - HOUR_MS },
    told: { at: NOW - 5 * HOUR_MS },
    expected: null,
  },
  {
    name: "acknowledged a day ago and forgotten",
    alert: { acknowledgedAt: NOW - 24 * HOUR_MS },
    told: { at: NOW - 25 * HOUR_MS },
    expected: "reminder",
  },
  {
    name: "a silence ended after it was told",
    alert: { silencedUntil: NOW - 1 },
    told: { at: NOW - HOUR_MS },
    expected: "silence-ended",
  },
  {
    name: "a silence that ended before it was told last",
    alert: { silencedUntil: NOW - 2 * HOUR_MS },
    told: { at: NOW - HOUR_MS },
    expected: null,
  },
  { name: "open again after its end was told", told: { state: "resolved" }, expected: "returned" },
  { name: "the hourly ceiling holds it back", lastHour: 6, expected: null },
  { name: "resolved, heard of", alert: { closedAt: NOW }, told: {}, expected: "resolved" },
  {
    name: "resolved while silenced, heard of",
    alert: { closedAt: NOW, silencedUntil: NOW + HOUR_MS },
    told: {},
    expected: "resolved",
  },
  { name: "resolved, never heard of", alert: { closedAt: NOW }, expected: null },
  {
    name: "resolved, the message never arrived",
    alert: { closedAt: NOW },
    told: { dead: true },
    expected: null,
  },
  {
    name: "resolved, its end was told",
    alert: { closedAt: NOW },
    told: { state: "resolved" },
    expected: null,
  },
  {
    name: "the end waits for the ceiling too",
    alert: { closedAt: NOW },
    told: {},
    lastHour: 6,
    expected: null,
  },
];

test.each(ROWS)("$name → $expected", ({ alert, told, lastHour = 0, expected }) => {
  const facts: NoticeFacts = {
    alert: {
      severity: "page",
      origin: "live",
      closedAt: null,
      silencedUntil: null,
      acknowledgedAt: null,
      ...alert,
    },
    told: told === undefined ? null : { state: "firing", at: NOW - 1, dead: false, ...told },
    lastHour,
    now: NOW,
  };
  expect(decideNotice(facts, NOTICE_TIMING)).toBe(expected);
});
