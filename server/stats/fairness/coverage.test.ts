import { expect, test } from "vitest";
import type { Confusion, Ratio } from "../accuracy/confusion-rates.ts";
import { drawBinomial } from "../random/multinomial.ts";
import { type Generator, seededGenerator } from "../random/seeded-generator.ts";
import { eBenjaminiHochberg } from "../sequential/e-benjamini-hochberg.ts";
import { equalizedOdds } from "./equalized-odds.ts";
import { gapLogEvidence } from "./gap-evidence.ts";
import { fourFifthsVerdict, toleranceVerdict } from "./gap-verdict.ts";
import { rateDifference } from "./rate-difference.ts";
import { rateRatio } from "./rate-ratio.ts";

/** Seeded simulations: how often intervals hold the truth and verdicts are wrong. Fixed seeds, so fixed answers. */
const RUNS = 2_000;

function draw(next: Generator, share: number, trials: number): Ratio {
  return { successes: drawBinomial(next, trials, share), trials };
}

const SIZES = [
  { n: 100, p: 0.1, q: 0.2 },
  { n: 250, p: 0.5, q: 0.5 },
  { n: 1_000, p: 0.03, q: 0.05 },
];

test.each(SIZES)("nominal 95 % intervals of a difference and of a ratio, n = $n, rates $p and $q", (size) => {
  const { n, p, q } = size;
  const next = seededGenerator(`fairness ${n} ${p}`);
  const held = { difference: 0, ratio: 0 };
  for (let run = 0; run < RUNS; run++) {
    const [group, reference] = [draw(next, p, n), draw(next, q, 2_000)];
    const [difference, ratio] = [
      rateDifference(group, reference).interval,
      rateRatio(group, reference).interval,
    ];
    if (difference !== null && difference.lo <= p - q && difference.hi >= p - q) held.difference++;
    if (ratio !== null && ratio.lo <= p / q && ratio.hi >= p / q) held.ratio++;
  }
  for (const count of [held.difference, held.ratio]) {
    expect(count / RUNS).toBeGreaterThan(0.93);
    expect(count / RUNS).toBeLessThan(0.98);
  }
});

test("groups that are treated alike: equalized odds is about what it says noise makes, and rarely flagged", () => {
  const next = seededGenerator("equalized odds");
  const confusion = (rows: number): Confusion => {
    const positives = Math.round(rows * 0.3);
    const tp = drawBinomial(next, positives, 0.6);
    const fp = drawBinomial(next, rows - positives, 0.2);
    return { tp, fn: positives - tp, fp, tn: rows - positives - fp };
  };
  let [sum, expected, flagged] = [0, 0, 0];
  for (let run = 0; run < RUNS; run++) {
    const { estimate, nullExpectation } = equalizedOdds(confusion(300), confusion(3_000));
    sum += estimate.value ?? 0;
    expected += nullExpectation ?? 0;
    if (toleranceVerdict(estimate, 0.05) === "above") flagged++;
  }
  expect(Math.abs(sum / expected - 1)).toBeLessThan(0.03);
  expect(flagged / RUNS).toBeLessThan(0.025);
});

test("at exactly four fifths, adverse impact is called for at most every second sample; at equal rates never wrongly", () => {
  const next = seededGenerator("four fifths");
  const rate = (p: number): number => {
    let below = 0;
    for (let run = 0; run < RUNS; run++) {
      if (fourFifthsVerdict(rateRatio(draw(next, p, 400), draw(next, 0.4, 4_000))) === "below") below++;
    }
    return below / RUNS;
  };
  expect(rate(0.4)).toBeLessThan(0.01);
  expect(rate(0.32)).toBeLessThan(0.55);
  expect(rate(0.2)).toBeGreaterThan(0.99);
});

test("twenty groups at the edge of tolerance: e-BH calls any of them in at most 5 % of samples, and finds real ones", () => {
  const next = seededGenerator("e-bh");
  const called = (shares: readonly number[]): number[] => {
    const reference = draw(next, 0.4, 5_000);
    const logs = shares.map((share) =>
      gapLogEvidence(draw(next, share, 800), reference, { tolerance: 0.05, alphaReference: 0.025 }),
    );
    return eBenjaminiHochberg(logs, 0.025);
  };
  const edge = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 0.45 : 0.35));
  let wrong = 0;
  let found = 0;
  for (let run = 0; run < 400; run++) {
    if (called(edge).length > 0) wrong++;
    if (called([0.15, ...edge.slice(1)]).includes(0)) found++;
  }
  expect(wrong / 400).toBeLessThan(0.05);
  expect(found / 400).toBeGreaterThan(0.99);
});
