import { expect, test } from "vitest";
import { createEvidenceCheckpoints } from "#server/metrics/evidence/evidence-checkpoints.ts";
import type { RunState } from "#server/metrics/evidence/evidence-run.ts";

const subject = { rule: "tv of distance", ground: "reference 1" };
const runs = (window: number): ReadonlyMap<string, RunState> =>
  new Map([
    ["v1", { starts: [window], learning: null, dependence: { alike: 0, persistence: 1 }, trial: null }],
  ]);

/** Checkpoints after so many windows, which start at 0, 1, 2 … */
function after(windows: number) {
  const checkpoints = createEvidenceCheckpoints();
  checkpoints.before(subject, 0);
  for (let window = 0; window < windows; window++) checkpoints.keep(subject, window, runs(window));
  return checkpoints;
}

test.each([100, 1_000, 10_000])(
  "after %i windows an old label never costs twice the windows since it",
  (windows) => {
    for (let age = 1; age < windows - 16; age = Math.ceil(age * 1.7)) {
      const found = after(windows).before(subject, windows - age);
      // Null: from the first window on.
      expect(windows - (found?.start ?? -1), `${age} windows ago`).toBeLessThanOrEqual(2 * age + 16);
    }
  },
);

test("what lies at or after the change is forgotten, and counting goes on from what is left", () => {
  const checkpoints = after(64);
  expect(checkpoints.before(subject, 40)?.start).toBe(39);
  expect(checkpoints.before(subject, 1_000)?.start).toBe(39);
  for (let window = 40; window < 48; window++) checkpoints.keep(subject, window, runs(window));
  expect(checkpoints.before(subject, 1_000)?.start).toBe(47);
});

test("on another ground nothing that was kept is of use, and it is not held on to", () => {
  const checkpoints = after(64);
  expect(checkpoints.before({ ...subject, ground: "reference 2" }, 1_000)).toBeNull();
  expect(checkpoints.before(subject, 1_000)).toBeNull();
});

test("a run that goes on does not change what was kept", () => {
  const checkpoints = createEvidenceCheckpoints();
  checkpoints.before(subject, 0);
  const live = runs(0);
  for (let window = 0; window < 8; window++) checkpoints.keep(subject, window, live);
  live.get("v1")?.starts.push(99);
  expect(checkpoints.before(subject, 8)?.runs.get("v1")?.starts).toEqual([0]);
});
