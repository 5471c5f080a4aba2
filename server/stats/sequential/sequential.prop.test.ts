import fc from "fast-check";
import { expect, test } from "vitest";
import { seededGenerator } from "../random/seeded-generator.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";
import { boundedMeanConfidenceSequence } from "./bounded-mean-confidence-sequence.ts";
import { eBenjaminiHochberg } from "./e-benjamini-hochberg.ts";
import { hypergeometricSplit } from "./hypergeometric.ts";
import { adjustedLogEvidence } from "./many-monitors.ts";
import { matchedPairs } from "./matched-pairs.ts";
import { rareCellPooling } from "./pool-rare-cells.ts";
import { proportionConfidenceSequence } from "./proportion-confidence-sequence.ts";

fc.configureGlobal({ seed: 20_250_104, numRuns: 300 });

const log = fc.double({ min: -5, max: 20, noNaN: true });
const family = fc.array(
  fc.record({ logEvidence: log, logPatience: fc.double({ min: 0, max: 10, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 40,
  },
);
const share = fc
  .integer({ min: 1, max: 5000 })
  .chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.nat(trials) }));

test("more evidence in one monitor never lowers the adjusted evidence of any", () => {
  fc.assert(
    fc.property(family, fc.nat(39), fc.double({ min: 0, max: 5, noNaN: true }), (monitors, place, more) => {
      const raised = monitors.map((monitor, f) =>
        f === place % monitors.length ? { ...monitor, logEvidence: monitor.logEvidence + more } : monitor,
      );
      const before = adjustedLogEvidence(monitors);
      const after = adjustedLogEvidence(raised);
      for (const [f, value] of before.entries()) expect(after[f]).toBeGreaterThanOrEqual(value - 1e-12);
    }),
  );
});

test("those with adjusted evidence of at least the line are the top k* of the rule, and their mean is on it", () => {
  fc.assert(
    fc.property(family, (monitors) => {
      const ratios = monitors.map(({ logEvidence, logPatience }) => logEvidence - logPatience);
      const sorted = ratios.toSorted((a, b) => b - a);
      let top = 0;
      for (const [place, ratio] of sorted.entries()) {
        if (Math.log(place + 1) + ratio - Math.log(monitors.length) >= 0) top = place + 1;
      }
      const alarms = adjustedLogEvidence(monitors).filter((value) => value >= 0).length;
      expect(alarms).toBe(top);
      const mean = ratios.reduce((sum, ratio) => sum + Math.exp(ratio), 0) / monitors.length;
      if (alarms > 0) expect(mean).toBeGreaterThanOrEqual(1 - 1e-9);
    }),
  );
});

test("one monitor is judged by its own patience, and adjusting never helps beyond that", () => {
  fc.assert(
    fc.property(family, (monitors) => {
      const adjusted = adjustedLogEvidence(monitors);
      for (const [f, { logEvidence, logPatience }] of monitors.entries()) {
        expect(adjusted[f]).toBeLessThanOrEqual(logEvidence - logPatience + 1e-12);
        expect(adjustedLogEvidence([{ logEvidence, logPatience }])[0]).toBeCloseTo(
          logEvidence - logPatience,
          12,
        );
      }
    }),
  );
});

test("e-BH believes the same as its definition, and no fewer when evidence grows", () => {
  fc.assert(
    fc.property(
      fc.array(log, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(0.01, 0.05, 0.2),
      (logs, alpha) => {
        const sorted = logs.toSorted((a, b) => b - a);
        const wanted = sorted.findLastIndex(
          (value, place) => Math.exp(value) >= logs.length / (alpha * (place + 1)) - 1e-9,
        );
        expect(eBenjaminiHochberg(logs, alpha).length).toBe(wanted + 1);
        const raised = eBenjaminiHochberg(
          logs.map((value) => value + 1),
          alpha,
        );
        expect(raised.length).toBeGreaterThanOrEqual(wanted + 1);
      },
    ),
  );
});

test("the confidence sequence of a share holds Wilson's interval and the share", () => {
  fc.assert(
    fc.property(share, ({ successes, trials }) => {
      const sequence = proportionConfidenceSequence(successes, trials);
      const wilson = wilsonInterval(successes, trials);
      expect(sequence?.lo).toBeLessThanOrEqual((wilson?.lo ?? 0) + 1e-12);
      expect(sequence?.hi).toBeGreaterThanOrEqual((wilson?.hi ?? 1) - 1e-12);
      expect(sequence?.lo).toBeGreaterThanOrEqual(0);
      expect(sequence?.hi).toBeLessThanOrEqual(1);
    }),
  );
});

test("the betting sequence holds the mean, mirrors, and does not mind how equal rows are split over buckets", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 200 })), {
        minLength: 1,
        maxLength: 10,
      }),
      (rows) => {
        const x = rows.map(([value]) => value);
        const counts = rows.map(([, c]) => c);
        const total = counts.reduce((sum, c) => sum + c, 0);
        const mean = rows.reduce((sum, [value, c]) => sum + value * c, 0) / total;
        const found = boundedMeanConfidenceSequence({ lower: x, upper: x, counts });
        expect(found?.lo).toBeLessThanOrEqual(mean + 1e-12);
        expect(found?.hi).toBeGreaterThanOrEqual(mean - 1e-12);
        const y = x.map((value) => 1 - value);
        const mirrored = boundedMeanConfidenceSequence({ lower: y, upper: y, counts });
        expect(mirrored?.lo).toBeCloseTo(1 - (found?.hi ?? 0), 9);
        const twice = boundedMeanConfidenceSequence({
          lower: [...x, ...x],
          upper: [...x, ...x],
          counts: [...counts, ...counts].map((c) => c / 2),
        });
        expect(twice?.lo).toBeCloseTo(found?.lo ?? 0, 9);
      },
    ),
    { numRuns: 60 },
  );
});

test("the hypergeometric tails and the mass make one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4000 }),
      fc.nat(4000),
      fc.nat(4000),
      fc.nat(4000),
      (population, a, b, c) => {
        const urn = { population, marked: a % (population + 1), drawn: b % (population + 1) };
        const { below, at, above } = hypergeometricSplit(c % (urn.drawn + 1), urn);
        expect(below + at + above).toBeCloseTo(1, 9);
        for (const chance of [below, at, above]) expect(chance).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

const cells = fc.array(fc.nat(200), { minLength: 1, maxLength: 30 });

test("pooling keeps every cell once, in order where there is one, and leaves none rare but the pool", () => {
  fc.assert(
    fc.property(cells, fc.boolean(), (counts, ordered) => {
      const total = counts.reduce((sum, c) => sum + c, 0);
      const pooling = rareCellPooling(counts, { ordered });
      const sums = new Array<number>(pooling.cells).fill(0);
      for (const [cell, place] of pooling.cellOf.entries())
        sums[place] = (sums[place] ?? 0) + (counts[cell] ?? 0);
      expect(new Set(pooling.cellOf).size).toBe(pooling.cells);
      expect(sums.filter((sum) => sum === 0 || sum < total / 100).length).toBeLessThanOrEqual(
        ordered && total > 0 ? 0 : 1,
      );
      if (ordered) expect(pooling.cellOf).toEqual(pooling.cellOf.toSorted((a, b) => a - b));
    }),
  );
});

test("matched pairs use each row at most once and rank as the score does", () => {
  fc.assert(
    fc.property(cells, cells, fc.string(), (positives, negatives, seed) => {
      const pairs = matchedPairs({ positives, negatives }, seededGenerator(seed));
      const rows = (counts: number[]): number => counts.reduce((sum, c) => sum + c, 0);
      expect(pairs.trials).toBe(Math.min(rows(positives), rows(negatives)));
      const flipped = matchedPairs(
        { positives: [...new Array(30).fill(0), ...positives], negatives },
        () => 0.5,
      );
      expect(flipped.successes).toBe(0);
      const worst = matchedPairs(
        { positives, negatives: [...new Array(30).fill(0), ...negatives] },
        () => 0.5,
      );
      expect(worst.successes).toBe(worst.trials);
    }),
  );
});
