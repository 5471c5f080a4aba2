import fc from "fast-check";
import { expect, test } from "vitest";
import type { Estimate } from "../estimate.ts";
import { aucGap } from "./auc-gap.ts";
import { equalizedOdds } from "./equalized-odds.ts";
import { fourFifthsVerdict, type GapVerdict, toleranceVerdict } from "./gap-verdict.ts";
import { impactRatios, scoringRatios } from "./impact-ratio.ts";
import { meanGap } from "./mean-gap.ts";
import { rateDifference } from "./rate-difference.ts";
import { katzInterval, rateExtremes, rateRatio } from "./rate-ratio.ts";
import { trialsToSettleDifference } from "./rows-needed.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 300 });

const ratio = fc
  .integer({ min: 1, max: 50_000 })
  .chain((trials) =>
    fc.record({ successes: fc.integer({ min: 0, max: trials }), trials: fc.constant(trials) }),
  );
const count = fc.integer({ min: 0, max: 3_000 });
const confusion = fc.record({ tp: count, fp: count, tn: count, fn: count });
const scored = fc.record({
  positives: fc.array(fc.nat(60), { minLength: 6, maxLength: 6 }),
  negatives: fc.array(fc.nat(60), { minLength: 6, maxLength: 6 }),
});

const MIRROR: Record<GapVerdict, GapVerdict> = {
  below: "above",
  above: "below",
  within: "within",
  inconclusive: "inconclusive",
  "too-small": "too-small",
};

function expectFlipped(there: Estimate, back: Estimate): void {
  expect(back.status).toBe(there.status);
  if (there.value === null || back.value === null) return;
  expect(back.value).toBeCloseTo(-there.value, 12);
  expect(back.interval?.lo).toBeCloseTo(-(there.interval?.hi ?? Number.NaN), 9);
  expect(back.interval?.hi).toBeCloseTo(-(there.interval?.lo ?? Number.NaN), 9);
}

test("swapping the groups changes the sign of a difference, its interval and its verdict", () => {
  fc.assert(
    fc.property(ratio, ratio, (a, b) => {
      const [there, back] = [rateDifference(a, b), rateDifference(b, a)];
      expectFlipped(there, back);
      expect(toleranceVerdict(back, 0.05)).toBe(MIRROR[toleranceVerdict(there, 0.05)]);
    }),
  );
});

test("swapping the groups turns a ratio and its interval over, and the four-fifths verdict with them", () => {
  fc.assert(
    fc.property(ratio, ratio, (a, b) => {
      const [there, back] = [katzInterval(a, b), katzInterval(b, a)];
      if (there === null || back === null) throw new Error("There were trials.");
      expect(there.lo * back.hi).toBeCloseTo(1, 9);
      expect(there.hi * back.lo).toBeCloseTo(1, 9);
      fc.pre(a.successes > 0 && b.successes > 0 && a.successes * b.trials !== 0.8 * b.successes * a.trials);
      expect(fourFifthsVerdict(rateRatio(b, a))).toBe(MIRROR[fourFifthsVerdict(rateRatio(a, b))]);
    }),
  );
});

test("a difference stays in [-1, 1], a ratio is never negative, and both intervals hold their value", () => {
  fc.assert(
    fc.property(ratio, ratio, fc.double({ min: 1, max: 50, noNaN: true }), (a, b, designEffect) => {
      for (const { value, interval } of [
        rateDifference(a, b, { designEffect }),
        rateRatio(a, b, { designEffect }),
      ]) {
        if (value === null || interval === null) continue;
        expect(interval.lo).toBeLessThanOrEqual(value + 1e-12);
        expect(interval.hi).toBeGreaterThanOrEqual(value - 1e-12);
      }
      const { interval } = rateDifference(a, b, { designEffect });
      expect(interval?.lo).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(interval?.hi).toBeLessThanOrEqual(1 + 1e-12);
      expect(rateRatio(a, b).value ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("rows that hang together widen an interval and never move the value", () => {
  fc.assert(
    fc.property(ratio, ratio, (a, b) => {
      const [plain, tied] = [rateDifference(a, b), rateDifference(a, b, { designEffect: 4 })];
      expect(tied.value).toBe(plain.value);
      expect((tied.interval?.hi ?? 0) - (tied.interval?.lo ?? 0)).toBeGreaterThanOrEqual(
        (plain.interval?.hi ?? 0) - (plain.interval?.lo ?? 0) - 1e-12,
      );
    }),
  );
});

test("no verdict is given on a small group, whatever its numbers are", () => {
  const small = fc
    .integer({ min: 1, max: 99 })
    .chain((trials) => fc.record({ successes: fc.nat(trials), trials: fc.constant(trials) }));
  fc.assert(
    fc.property(small, ratio, (group, reference) => {
      expect(toleranceVerdict(rateDifference(group, reference), 0)).toBe("too-small");
      expect(toleranceVerdict(rateDifference(reference, group), 0)).toBe("too-small");
      expect(fourFifthsVerdict(rateRatio(group, reference))).toBe("too-small");
    }),
  );
});

test("equalized odds is the same both ways round, bounds both gaps, and its interval holds it", () => {
  fc.assert(
    fc.property(confusion, confusion, (a, b) => {
      const [there, back] = [equalizedOdds(a, b), equalizedOdds(b, a)];
      expect(back.estimate.status).toBe(there.estimate.status);
      const { value, interval } = there.estimate;
      if (value === null || interval === null) return;
      expect(back.estimate.value).toBeCloseTo(value, 12);
      expect(value).toBeGreaterThanOrEqual(Math.abs(there.truePositiveGap.value ?? 0));
      expect(value).toBeGreaterThanOrEqual(Math.abs(there.falsePositiveGap.value ?? 0));
      expect(interval.lo).toBeGreaterThanOrEqual(0);
      expect(interval.lo).toBeLessThanOrEqual(value);
      expect(interval.hi).toBeGreaterThanOrEqual(value);
    }),
  );
});

test("a gap of areas or of means changes its sign with the groups", () => {
  fc.assert(fc.property(scored, scored, (a, b) => expectFlipped(aucGap(a, b), aucGap(b, a))));
  const moments = fc.record({
    n: fc.integer({ min: 2, max: 5_000 }),
    mean: fc.double({ min: -100, max: 100, noNaN: true }),
    m2: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });
  fc.assert(fc.property(moments, moments, (a, b) => expectFlipped(meanGap(a, b), meanGap(b, a))));
});

test("the min/max form is no smaller than any gap, and its ratio no larger than any", () => {
  fc.assert(
    fc.property(fc.array(ratio, { minLength: 2, maxLength: 8 }), (groups) => {
      const found = rateExtremes(groups);
      if (found === null) throw new Error("There were groups.");
      const rates = groups.map(({ successes, trials }) => successes / trials);
      for (const rate of rates)
        for (const other of rates) {
          expect(found.difference).toBeGreaterThanOrEqual(rate - other - 1e-12);
          if (other > 0 && found.ratio !== null)
            expect(found.ratio).toBeLessThanOrEqual(Math.max(1, rate / other) + 1e-12);
        }
    }),
  );
});

test("impact ratios are in [0, 1], and the highest category has exactly 1", () => {
  fc.assert(
    fc.property(fc.array(ratio, { minLength: 1, maxLength: 8 }), fc.boolean(), (groups, excludeSmall) => {
      const rows = impactRatios(groups, { excludeSmall });
      for (const { impactRatio, isHighest, excluded } of rows) {
        if (impactRatio === null) continue;
        expect(excluded).toBe(false);
        expect(impactRatio).toBeGreaterThanOrEqual(0);
        expect(impactRatio).toBeLessThanOrEqual(1);
        if (isHighest) expect(impactRatio).toBe(1);
      }
      expect(rows.filter(({ isHighest }) => isHighest).length).toBeLessThanOrEqual(1);
    }),
  );
});

test("half of all rows score above the median, whatever the categories", () => {
  const scores = fc.array(fc.nat(40), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(scores, { minLength: 1, maxLength: 5 }), (categories) => {
      const ratios = scoringRatios(categories);
      const above = ratios.reduce((sum, { successes }) => sum + successes, 0);
      const total = ratios.reduce((sum, { trials }) => sum + trials, 0);
      expect(above).toBeCloseTo(total / 2, 9);
    }),
  );
});

test("with the rows that it asks for, twice over, a difference is settled if its rates stay", () => {
  const solid = fc.integer({ min: 20_000, max: 50_000 });
  const share = fc.double({ min: 0.2, max: 0.8, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 400 }), solid, share, share, (n, n0, p, q) => {
      const group = { successes: Math.round(p * n), trials: n };
      const reference = { successes: Math.round(q * n0), trials: n0 };
      const needed = trialsToSettleDifference(group, reference, 0.05);
      fc.pre(needed !== null && needed > n);
      const more = { successes: ((needed ?? 0) * 2 * group.successes) / n, trials: (needed ?? 0) * 2 };
      expect(["below", "above", "within"]).toContain(toleranceVerdict(rateDifference(more, reference), 0.05));
    }),
  );
});
