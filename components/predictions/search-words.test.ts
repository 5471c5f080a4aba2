import { expect, test } from "vitest";
import type { PredictionsAnswer } from "#server/api/contract.ts";
import { pagerText, progressOf, searchSentence } from "./search-words.ts";
import { newerRows } from "./use-prediction-pages.ts";

const page = (rows: number, more: Partial<PredictionsAnswer> = {}): PredictionsAnswer => ({
  rows: Array.from({ length: rows }) as PredictionsAnswer["rows"], // only counted
  cursor: "more",
  partial: false,
  scanned: 5000,
  reached: "2013-03-03T06:00:00Z",
  inRange: 8094,
  ...more,
});
const NOW = Date.UTC(2013, 8, 23);

test("a count is only final when all was looked at", () => {
  expect(searchSentence(progressOf([page(180, { cursor: null })]), true)).toBe(
    "180 predictions match, of 8,094 in this range.",
  );
  expect(searchSentence(progressOf([page(100)]), true)).toBe(
    "At least 100 predictions match, of 8,094 in this range.",
  );
  expect(searchSentence(progressOf([page(0, { partial: true })]), true)).toBe(
    "No match so far among the newest 5,000 of 8,094 predictions.",
  );
  expect(searchSentence(progressOf([page(0, { cursor: null })]), true)).toBe(
    "No prediction matches, of 8,094 in this range.",
  );
  expect(searchSentence(progressOf([page(100)]), false)).toBe("8,094 predictions in this range.");
  expect(searchSentence(progressOf([page(0, { inRange: 0, cursor: null })]), false)).toBe(
    "No predictions in this range.",
  );
});

test("the pager says how far back a slow search got", () => {
  expect(pagerText(progressOf([page(12, { partial: true })]), true, "UTC", NOW)).toBe(
    "1–12, newest first. Searched back to 3 Mar 06:00, 5,000 rows so far.",
  );
  expect(pagerText(progressOf([page(100), page(20, { cursor: null })]), true, "UTC", NOW)).toBe(
    "1–120, newest first. That is all of them.",
  );
});

test("new rows are those above the newest one on screen", () => {
  const row = (id: string) => ({ prediction_id: id, version: "v2" }) as never; // only its key
  expect(newerRows([row("c"), row("b"), row("a")], [row("a")])).toBe(2);
  expect(newerRows([row("a")], [row("a")])).toBe(0);
  expect(newerRows([row("c"), row("b")], [row("a")])).toBe(2);
  expect(newerRows([], [row("a")])).toBe(0);
});
