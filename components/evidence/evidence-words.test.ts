import { expect, test } from "vitest";
import { budgetWords, evidenceSentence } from "#components/evidence/evidence-words.ts";
import { evidenceWords } from "#components/ui/metric-words.ts";

test("evidence is written as how many times likelier, and not beyond a million", () => {
  expect([-3, 0, 0.301, 1.58, 3.9, 6, 12].map(evidenceWords)).toEqual([
    "×1",
    "×1",
    "×2",
    "×38",
    "×7,900",
    "×1,000,000",
    "> ×1,000,000",
  ]);
});

test("a sentence says how much there is, of what, since when and what it takes", () => {
  const evidence = {
    log10: 1.58,
    line: 3.8,
    onset: "2026-03-02T00:00:00Z",
    route: "beyond",
    holds: true,
  } as const;
  expect(evidenceSentence(evidence, "UTC")).toBe(
    "Evidence ×38 that it lies beyond the limit, most likely since 2 Mar; it is short of the ×6,300 at which it alarms.",
  );
  expect(evidenceSentence({ ...evidence, log10: 4 }, "UTC")).toMatch(/has crossed the ×6,300/);
  expect(evidenceSentence({ ...evidence, log10: 0, onset: null }, "UTC")).toMatch(
    /^No evidence that it lies beyond/,
  );
});

test("a budget in words", () => {
  expect([1, 4, 13, 52].map(budgetWords)).toEqual([
    "at most one false alarm a week",
    "at most one false alarm in 4 weeks",
    "at most one false alarm a quarter",
    "at most one false alarm a year",
  ]);
});
