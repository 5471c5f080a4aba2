import fc from "fast-check";
import { expect, test } from "vitest";
import { LATENCY_EDGES_MS, latencyBin } from "#server/windows/latency-grid.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";
import { binOf } from "#server/windows/number-bins.ts";
import {
  CALIBRATION_BINS,
  calibrationBin,
  SCORE_BINS,
  SCORE_EDGES,
  scoreBin,
  scoreBinRange,
} from "#server/windows/score-grid.ts";

function ascends(edges: ArrayLike<number>): boolean {
  return Array.from(edges).every((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0));
}

test("grids ascend and have the sizes that are written down", () => {
  expect([ascends(SCORE_EDGES), ascends(LATENCY_EDGES_MS), ascends(LOG_GRID.edges)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([SCORE_BINS, LOG_GRID.edges.length, LOG_GRID.coarse.length]).toEqual([692, 724, 725]);
});

test("score and latency bins are those that the edges say, edges and their neighbours included", () => {
  const nearEdges = [...SCORE_EDGES].flatMap((edge) => [edge - 1e-17, edge, edge + 1e-16]);
  for (const score of [0, 1, 0.5, 1e-9, 1 - 1e-9, ...nearEdges])
    expect(scoreBin(score)).toBe(binOf(SCORE_EDGES, score));
  for (const edge of LATENCY_EDGES_MS) {
    for (const latency of [edge, edge * (1 - 1e-16), edge * (1 + 3e-16), edge * 1.01]) {
      expect(latencyBin(latency)).toBe(binOf(LATENCY_EDGES_MS, latency));
    }
  }
  expect([latencyBin(0), latencyBin(-1), latencyBin(Number.NaN)]).toEqual([0, -1, -1]);
  expect(latencyBin(1e300)).toBe(LATENCY_EDGES_MS.length);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      (score) => scoreBin(score) === binOf(SCORE_EDGES, score),
    ),
    { seed: 20260108 },
  );
});

test("every score bin lies within one calibration bin", () => {
  for (let bin = 0; bin < SCORE_BINS; bin += 1) {
    const { from, to } = scoreBinRange(bin);
    const middle = calibrationBin((from + to) / 2);
    expect(calibrationBin(from)).toBe(middle);
    expect(middle).toBeLessThan(CALIBRATION_BINS);
  }
  expect([calibrationBin(0.15), calibrationBin(0.35), calibrationBin(1)]).toEqual([3, 7, 19]);
});

test("zero has a bin of its own and decades are coarse bins", () => {
  const edges = Float64Array.from(LOG_GRID.edges);
  const bins = [-1e-300, 0, 1e-300].map((value) => binOf(edges, value));
  expect(new Set(bins).size).toBe(3);
  const coarse = [1.5, 9, 15, -1.5, -9].map((value) => LOG_GRID.coarse[binOf(edges, value)]);
  expect(coarse[0]).toBe(coarse[1]);
  expect(coarse[2]).toBe((coarse[1] ?? 0) + 1);
  expect(coarse[3]).toBe(coarse[4]);
});
