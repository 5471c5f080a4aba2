import { expect, test } from "vitest";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import { createEvidenceRun, type RunVerdict } from "#server/metrics/evidence/evidence-run.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { normalCumulative, normalQuantile } from "#server/stats/distributions/normal.ts";
import { drawBinomial, drawMultinomial } from "#server/stats/random/multinomial.ts";
import { type Generator, seededGenerator } from "#server/stats/random/seeded-generator.ts";

const BINS = 10;
const EDGES = Array.from({ length: BINS - 1 }, (_, i) => normalQuantile((i + 1) / BINS));
const LINE = Math.log(1000 * 2);
const DRIFT: EvidenceTest = { kind: "cells", tolerance: 0.05 };

/** Shares of a normal value, moved by so many standard deviations, in the deciles of the unmoved one. */
function shares(shift: number): number[] {
  const ends = [0, ...EDGES.map((edge) => normalCumulative(edge - shift)), 1];
  return ends.slice(1).map((end, bin) => end - (ends[bin] ?? 0));
}

function draw(next: Generator, shift: number, rows: number, copies = 1): Float64Array {
  const expected = shares(shift).map((share) => (share * rows) / copies);
  return drawMultinomial(next, expected, new Float64Array(BINS)).map((count) => count * copies);
}

function driftInputs(seed: string, shifts: readonly number[], copies = 1, rows = 1000): EvidenceInput[] {
  const next = seededGenerator(seed);
  const reference = draw(next, 0, 10_000);
  return shifts.map((shift) => ({
    kind: "cells" as const,
    counts: draw(next, shift, rows, copies),
    reference,
    ordered: true,
  }));
}

function run(inputs: readonly EvidenceInput[], test: EvidenceTest = DRIFT): RunVerdict[] {
  const [first] = inputs;
  if (first === undefined) return [];
  const trial = runOf(first, test);
  const state = trial.start();
  return inputs.map((input, window) => trial.step(state, window, input));
}

function runOf(first: EvidenceInput, test: EvidenceTest) {
  return createEvidenceRun({
    test,
    first,
    logLine: LINE,
    dependence: null,
    batchRows: 1000,
    memoryWindows: 3,
  });
}

const quiet = (windows: number) => Array.from({ length: windows }, () => 0);
const crossings = (verdicts: readonly RunVerdict[]) =>
  verdicts.flatMap(({ crossed }, window) => (crossed ? [window] : []));

test("without drift nothing crosses the line, in twenty histories of sixty windows", () => {
  for (let history = 0; history < 20; history++) {
    expect(crossings(run(driftInputs(`quiet ${history}`, quiet(60))))).toEqual([]);
  }
});

test.each([
  [0.2, 6],
  [0.3, 3],
  [0.7, 1],
])("a shift of %f sd is noticed in %i windows or less, and dated", (shift, most) => {
  const shifts = [...quiet(30), ...quiet(20).map(() => shift)];
  const verdicts = run(driftInputs(`shift ${shift}`, shifts));
  const [first = Number.POSITIVE_INFINITY] = crossings(verdicts);
  expect(first).toBeGreaterThanOrEqual(30);
  expect(first).toBeLessThan(30 + most);
  const onset = verdicts[first]?.onset ?? -1;
  expect(Math.abs(onset - 30)).toBeLessThanOrEqual(1);
});

test("a shift within the tolerance is a change and yet no alarm", () => {
  const shifts = [...quiet(30), ...quiet(60).map(() => 0.08)];
  expect(crossings(run(driftInputs("tolerated", shifts)))).toEqual([]);
});

test("rows that come in clusters of twenty raise no alarm once twenty windows have told so", () => {
  for (let history = 0; history < 5; history++) {
    const found = crossings(run(driftInputs(`clusters ${history}`, quiet(80), 20)));
    expect(found.filter((window) => window >= 20)).toEqual([]);
  }
});

test("after it alarmed it holds while the data stay away, and no longer when they are back", () => {
  const shifts = [...quiet(25), ...quiet(10).map(() => 0.5), ...quiet(20)];
  const verdicts = run(driftInputs("there and back", shifts));
  expect(verdicts[33]?.holds).toBe(true);
  expect(verdicts.at(-1)?.holds).toBe(false);
});

test("a run continued from a copy of its state says the same", () => {
  const inputs = driftInputs("copy", [...quiet(22), ...quiet(10).map(() => 0.3)]);
  const [first] = inputs;
  if (first === undefined) throw new Error("no windows");
  const whole = run(inputs);
  const trial = runOf(first, DRIFT);
  let state = trial.start();
  const copied = inputs.map((input, window) => {
    state = structuredClone(state);
    return trial.step(state, window, input);
  });
  expect(copied).toEqual(whole);
});

const ERRORS: EvidenceTest = {
  kind: "rate",
  bound: 0.12,
  countsFailures: true,
  quantile: null,
  limit: 0.88,
};
const rates = (seed: string, each: readonly number[], trials = 1000): EvidenceInput[] => {
  const next = seededGenerator(seed);
  return each.map((rate) => ({
    kind: "rate" as const,
    draws: [{ successes: drawBinomial(next, trials, rate), trials }],
  }));
};

test("an error rate at its limit is quiet; five points above it is noticed in five windows", () => {
  expect(
    crossings(
      run(
        rates(
          "at the limit",
          quiet(100).map(() => 0.12),
        ),
        ERRORS,
      ),
    ),
  ).toEqual([]);
  const [first] = crossings(
    run(rates("above", [...quiet(30).map(() => 0.1), ...quiet(20).map(() => 0.17)]), ERRORS),
  );
  expect(first).toBeGreaterThanOrEqual(30);
  expect(first).toBeLessThan(35);
});

test("a mean loss a quarter above its limit is noticed, at the limit it is not", () => {
  const losses = (seed: string, mean: number, windows: number): EvidenceInput[] => {
    const next = seededGenerator(seed);
    return Array.from({ length: windows }, () => {
      const values = Float64Array.from({ length: 500 }, () => -mean * Math.log(1 - next()));
      return { kind: "losses" as const, values, counts: values.map(() => 1) };
    });
  };
  const limit: EvidenceTest = { kind: "losses", bound: 2 };
  expect(crossings(run(losses("at", 1.95, 60), limit))).toEqual([]);
  const [first] = crossings(run(losses("above", 2.5, 20), limit));
  expect(first).toBeLessThan(6);
});

test("a window without rows changes nothing", () => {
  const inputs = driftInputs("empty", quiet(3));
  const [first] = inputs;
  if (first === undefined || first.kind !== "cells") throw new Error("no windows");
  const empty: EvidenceInput = { ...first, counts: new Float64Array(BINS) };
  const verdicts = run([...inputs, empty]);
  expect(verdicts[3]?.logEvidence).toBe(verdicts[2]?.logEvidence);
});
