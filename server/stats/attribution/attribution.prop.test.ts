import fc from "fast-check";
import { expect, test } from "vitest";
import { rocAuc } from "../accuracy/roc-auc.ts";
import { drawBinomial, drawMultinomial } from "../random/multinomial.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import {
  calibrationLogEvidence,
  createCalibrationDetector,
  startCalibration,
  stepCalibration,
} from "./calibration-drift.ts";
import { conceptCovariate } from "./concept-covariate.ts";
import { labelShift } from "./label-shift.ts";
import { leaveOneGroupOut } from "./leave-one-group-out.ts";
import { type GroupSides, mixWithin, mixWithinVariance } from "./mix-within.ts";
import { recalibrationLine } from "./recalibration-line.ts";
import { scoreShift } from "./score-shift.ts";
import { shapleyValues } from "./shapley.ts";
import { shrunkenEffect } from "./shrunken-effects.ts";
import { complementOf, worstSlices } from "./worst-slices.ts";

fc.configureGlobal({ seed: 20_131_201, numRuns: 150 });

const rate = fc.tuple(fc.nat(500), fc.nat(500)).map(([a, b]) => {
  const n = Math.max(a, b);
  const mean = n > 0 ? Math.min(a, b) / n : 0;
  return { n, mean, m2: n * mean * (1 - mean) };
});
const groups = fc.array(fc.record({ before: rate, after: rate }), { minLength: 1, maxLength: 12 });
const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(b)));

test("mix and within of all groups are the change, whatever the groups", () => {
  fc.assert(
    fc.property(groups, (sides) => {
      const found = mixWithin(sides);
      if (found === null) return;
      const sum = found.parts.reduce((total, { mix, within }) => total + mix + within, 0);
      near(sum, found.change);
      near(found.mix + found.within, found.change);
    }),
  );
});

test("looking at it backwards turns every part around, and the order of groups does not matter", () => {
  fc.assert(
    fc.property(groups, (sides) => {
      const found = mixWithin(sides);
      if (found === null) return;
      const back = mixWithin(
        sides.map(({ before, after }): GroupSides => ({ before: after, after: before })),
      );
      const turned = mixWithin(sides.toReversed());
      found.parts.forEach(({ mix, within }, index) => {
        near(back?.parts[index]?.mix ?? 0, -mix);
        near(back?.parts[index]?.within ?? 0, -within);
        near(turned?.parts.at(-1 - index)?.within ?? 0, within);
      });
    }),
  );
});

test("a group on one side only has no within and is flagged; nothing on a whole side is no answer", () => {
  const some = { n: 10, mean: 0.3, m2: 2.1 };
  const none = { n: 0, mean: 0, m2: 0 };
  const found = mixWithin([
    { before: some, after: some },
    { before: none, after: some },
  ]);
  expect(found?.parts.map(({ onlyOn, within }) => [onlyOn, within])).toEqual([
    [null, 0],
    ["after", 0],
  ]);
  expect(mixWithin([{ before: none, after: some }])).toBeNull();
  expect(mixWithin([])).toBeNull();
});

test("95 of 100 intervals of the total mix and the total within hold the truth", () => {
  const shares = { before: [0.5, 0.3, 0.2], after: [0.35, 0.3, 0.35] };
  const rates = { before: [0.1, 0.2, 0.4], after: [0.12, 0.25, 0.38] };
  const exact = (n: number, mean: number) => ({ n, mean, m2: 0 });
  const truth = mixWithin(
    [0, 1, 2].map((group) => ({
      before: exact(shares.before[group] ?? 0, rates.before[group] ?? 0),
      after: exact(shares.after[group] ?? 0, rates.after[group] ?? 0),
    })),
  );
  const next = seededGenerator("mix and within");
  const draw = (side: "before" | "after", rows: number) => {
    const drawn = drawMultinomial(
      next,
      shares[side].map((share) => share * rows),
      new Float64Array(3),
    );
    return Array.from(drawn, (n, group) => {
      const mean = n > 0 ? drawBinomial(next, n, rates[side][group] ?? 0) / n : 0;
      return { n, mean, m2: n * mean * (1 - mean) };
    });
  };
  const held = { mix: 0, within: 0 };
  for (let run = 0; run < 500; run++) {
    const [before, after] = [draw("before", 800), draw("after", 600)];
    const sides = before.map((one, group) => ({ before: one, after: after[group] ?? exact(0, 0) }));
    const [found, variance] = [mixWithin(sides), mixWithinVariance(sides)];
    for (const part of ["mix", "within"] as const) {
      const reach = 1.96 * Math.sqrt(variance?.[part] ?? 0);
      if (Math.abs((found?.[part] ?? 9) - (truth?.[part] ?? 0)) <= reach) held[part]++;
    }
  }
  for (const share of [held.mix / 500, held.within / 500]) {
    expect(share).toBeGreaterThanOrEqual(0.92);
    expect(share).toBeLessThanOrEqual(0.98);
  }
});

const value = fc.double({ min: -100, max: 100, noNaN: true });

test("Shapley values sum to the whole, and a player who changes nothing has nothing", () => {
  const games = fc
    .integer({ min: 1, max: 7 })
    .chain((players) =>
      fc.tuple(fc.constant(players), fc.array(value, { minLength: 1 << players, maxLength: 1 << players })),
    );
  fc.assert(
    fc.property(games, ([players, values]) => {
      // The last player is a null player: its bit is not looked at.
      const v = (coalition: number): number => values[coalition & ((1 << (players - 1)) - 1)] ?? 0;
      const found = shapleyValues(players, v);
      const sum = found?.values.reduce((total, one) => total + one, 0) ?? Number.NaN;
      expect(Math.abs(sum - (v((1 << players) - 1) - v(0)))).toBeLessThanOrEqual(1e-9);
      expect(found?.values.at(-1)).toBeCloseTo(0, 12);
      expect(found?.standardErrors === null).toBe(players <= 4);
    }),
  );
});

test("drawn orders come near the exact values, within their errors", () => {
  const weights = [3, -1, 4, 1, -5, 9];
  const v = (coalition: number): number => {
    const chosen = weights.filter((_, player) => (coalition & (1 << player)) !== 0);
    return chosen.reduce((sum, weight) => sum + weight, 0) ** 2;
  };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = shapleyValues(6, v, "six");
  weights.forEach((weight, player) => {
    const error = found?.standardErrors?.[player] ?? 0;
    // For the square of a sum, a player is owed its weight times the whole.
    expect(Math.abs((found?.values[player] ?? 0) - weight * total)).toBeLessThanOrEqual(4 * error + 1e-9);
  });
  expect(shapleyValues(6, v, "six")).toEqual(found);
});

test("an undefined coalition leaves no values", () => {
  expect(shapleyValues(2, (coalition) => (coalition === 1 ? null : 0))).toBeNull();
  expect(() => shapleyValues(31, () => 0)).toThrow(RangeError);
});

const table = fc.record({
  positives: fc.array(fc.nat(40), { minLength: 8, maxLength: 8 }),
  negatives: fc.array(fc.nat(40), { minLength: 8, maxLength: 8 }),
});
const area = (side: { positives: ArrayLike<number>; negatives: ArrayLike<number> }) =>
  rocAuc(side)?.auc ?? null;

test("scores, labels and threshold explain the whole change of a binary metric", () => {
  fc.assert(
    fc.property(table, table, fc.nat(8), fc.nat(8), (before, after, cut, moved) => {
      const ranking = scoreShift(before, after, area);
      if (ranking !== null) near(ranking.scores + ranking.labels, ranking.change);
      const right = ({ positives, negatives, cut: from = 0 }: typeof before & { cut?: number }) => {
        const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0);
        const all = sum([...positives]) + sum([...negatives]);
        return all > 0 ? (sum([...positives].slice(from)) + sum([...negatives].slice(0, from))) / all : null;
      };
      const decided = scoreShift({ ...before, cut }, { ...after, cut: moved }, (side) =>
        right({
          ...side,
          positives: [...Array.from(side.positives)],
          negatives: [...Array.from(side.negatives)],
        }),
      );
      if (decided === null) return;
      near(decided.scores + decided.labels + decided.threshold, decided.change);
      if (cut === moved) expect(decided.threshold).toBe(0);
    }),
  );
});

test("the same labels at every score put all of the change on the scores", () => {
  const before = { positives: [10, 20, 30], negatives: [90, 20, 10] };
  const after = { positives: [5, 40, 90], negatives: [45, 40, 30] };
  const found = scoreShift(before, after, area);
  expect(found?.labels).toBeCloseTo(0, 12);
  expect(found?.scores).toBeCloseTo(found?.change ?? 1, 12);
});

test("one group has the whole change, and a group that stayed has none of it", () => {
  fc.assert(
    fc.property(table, table, (before, after) => {
      const counts = ({ positives, negatives }: typeof before) => [...positives, ...negatives];
      const statistic = (all: Float64Array) => area({ positives: all.slice(0, 8), negatives: all.slice(8) });
      const alone = leaveOneGroupOut([{ before: counts(before), after: counts(after) }], statistic);
      if (alone === null) return;
      expect(alone.effects[0]).toBeCloseTo(alone.change, 10);
      const unchanged = { before: counts(after), after: counts(after) };
      const beside = leaveOneGroupOut(
        [unchanged, { before: counts(after), after: counts(after) }],
        statistic,
      );
      for (const effect of beside?.effects ?? []) expect(effect).toBeCloseTo(0, 12);
    }),
  );
});

const cell = fc.record({
  rowsBefore: fc.nat(50),
  rowsAfter: fc.nat(50),
  lossBefore: fc.double({ min: 0, max: 5, noNaN: true }),
  lossAfter: fc.double({ min: 0, max: 5, noNaN: true }),
});

test("covariate, concept and new region are the change in mean loss", () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 15 }), (cells) => {
      const found = conceptCovariate(cells);
      if (found === null) return;
      expect(found.covariate + found.concept + found.newRegion).toBeCloseTo(found.change, 11);
      expect(found.newShare).toBeGreaterThanOrEqual(0);
      expect(found.newShare).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("label shift is told from classes that moved, and from too few rows", () => {
  const before = { positives: [2000, 3000, 5000], negatives: [15000, 10000, 5000] };
  const more = { positives: [4000, 6000, 10000], negatives: [9000, 6000, 3000] };
  expect(labelShift(before, more)?.verdict).toBe("label-shift");
  expect(labelShift(before, before)?.verdict).toBe("no-shift");
  const moved = { positives: [5000, 3000, 2000], negatives: [15000, 10000, 5000] };
  expect(labelShift(before, moved)?.verdict).toBe("classes-moved");
  const few = { positives: [8, 12, 20], negatives: [60, 40, 20] };
  expect(labelShift(before, few)?.verdict).toBe("undecided");
  expect(labelShift(before, { positives: [5, 5, 5], negatives: [60, 40, 20] })).toBeNull();
});

test("evidence of a moved calibration stays low while the rates hold and grows when they move", () => {
  const next = seededGenerator("calibration");
  const rates = [0.05, 0.2, 0.5, 0.8];
  const detector = createCalibrationDetector(
    rates.map((p) => ({ successes: drawBinomial(next, 3000, p), trials: 3000 })),
  );
  const run = (shift: number, windows: number): number => {
    let state = startCalibration(detector);
    for (let window = 0; window < windows; window++) {
      const seen = rates.map((p) => ({ successes: drawBinomial(next, 200, p + shift), trials: 200 }));
      state = stepCalibration(detector, state, seen);
    }
    return calibrationLogEvidence(detector, state);
  };
  expect(run(0, 200)).toBeLessThan(Math.log(100));
  expect(run(0.1, 20)).toBeGreaterThan(Math.log(1000));
});

test("a line through perfectly calibrated bins is 0 and 1; all labels equal have none", () => {
  const bins = [0.1, 0.4, 0.7].map((p) => ({ rows: 1000, positives: 1000 * p, meanProbability: p }));
  const line = recalibrationLine(bins);
  expect(line?.intercept).toBeCloseTo(0, 10);
  expect(line?.slope).toBeCloseTo(1, 10);
  expect(recalibrationLine(bins.map((bin) => ({ ...bin, positives: 0 })))).toBeNull();
  expect(recalibrationLine(bins.slice(0, 1))).toBeNull();
});

test("slices: what is taken out and put back is the whole; small ones are never ranked", () => {
  fc.assert(
    fc.property(rate, rate, (a, b) => {
      const n = a.n + b.n;
      if (a.n < 1 || b.n < 1) return;
      const mean = (a.n * a.mean + b.n * b.mean) / n;
      const m2 = a.m2 + b.m2 + a.n * (a.mean - mean) ** 2 + b.n * (b.mean - mean) ** 2;
      const rest = complementOf({ n, mean, m2 }, a);
      expect(rest?.mean).toBeCloseTo(b.mean, 8);
      expect(rest?.m2).toBeCloseTo(b.m2, 6);
    }),
  );
  const search = worstSlices({ n: 1000, mean: 0.1, m2: 90 }, [{ loss: { n: 99, mean: 1, m2: 0 } }]);
  expect(search.findings).toEqual([]);
  expect(search.tooSmall).toEqual([0]);
});

test("of twenty slices alike hardly any search supports one; a bad one is found and not oversold", () => {
  const next = seededGenerator("slices");
  const search = (excess: number) => {
    const slices = Array.from({ length: 20 }, (_, index) => {
      const mean = drawBinomial(next, 500, index === 0 ? 0.2 + excess : 0.2) / 500;
      return { n: 500, mean, m2: 500 * mean * (1 - mean) };
    });
    const mean = slices.reduce((sum, one) => sum + one.mean, 0) / 20;
    const all = { n: 10_000, mean, m2: 10_000 * mean * (1 - mean) };
    return worstSlices(
      all,
      slices.map((loss) => ({ loss })),
    );
  };
  let falsely = 0;
  for (let run = 0; run < 200; run++) if (search(0).findings.some((one) => one.isSupported)) falsely++;
  expect(falsely / 200).toBeLessThanOrEqual(0.1);
  const [worst] = search(0.15).findings;
  expect(worst).toMatchObject({ slice: 0, isSupported: true });
  expect(worst?.shrunken).toBeLessThanOrEqual(worst?.excess ?? 0);
  expect(worst?.shrunken).toBeGreaterThan(0.08);
});

test("a shrunken effect lies between nothing and the effect", () => {
  fc.assert(
    fc.property(
      value,
      fc.double({ min: 1e-6, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 9, noNaN: true }),
      (effect, standardError, variance) => {
        const kept = shrunkenEffect({ effect, standardError }, variance);
        expect(Math.abs(kept)).toBeLessThanOrEqual(Math.abs(effect));
        expect(kept * effect).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test("a crossing that says no more than its parents is dropped", () => {
  const all = { n: 4000, mean: 0.2, m2: 640 };
  const parent = { n: 1000, mean: 0.4, m2: 240 };
  const same = { n: 500, mean: 0.4, m2: 120 };
  const worse = { n: 500, mean: 0.6, m2: 120 };
  const found = worstSlices(all, [
    { loss: parent },
    { loss: parent },
    { loss: same, parents: [0, 1] },
    { loss: worse, parents: [0, 1] },
  ]);
  expect(found.pruned).toEqual([2]);
  expect(found.findings[0]?.slice).toBe(3);
});
