import { expect, test } from "vitest";
import { jointSentence, prepareJoint } from "#components/drift/prepare-joint.ts";
import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import type { Estimate } from "#server/stats/estimate.ts";

const estimate = (value: number, lo: number, hi: number): Estimate => ({
  value,
  interval: { lo, hi, level: 0.95, method: "test" },
  status: "OK",
});
const pair = (p: number, value = -1.2) => ({
  features: ["inside", "outside"] satisfies [string, string],
  reference: 0.6,
  current: 0.6 + value,
  difference: estimate(value, value - 0.1, value + 0.1),
  p,
});

function answer(more: Partial<MultivariateAnswer> = {}): MultivariateAnswer {
  return {
    status: "OK",
    advice: null,
    version: "v1",
    refId: "sha256:a",
    from: "2026-01-01T00:00:00.000Z",
    to: "2026-02-01T00:00:00.000Z",
    rows: { current: 5000, ofCurrent: 27_614, reference: 900, ofReference: 900 },
    features: ["inside", "outside", "wind"],
    leftOut: [{ feature: "note", reason: "The reference does not have it." }],
    classifier: {
      trees: estimate(0.71, 0.69, 0.73),
      logistic: estimate(0.6, 0.58, 0.62),
      importances: [
        { feature: "temperature", loss: 0.15, lo: 0.14, hi: 0.16 },
        { feature: "hourly_departures", loss: 0.05, lo: 0.04, hi: 0.06 },
        { feature: "wind", loss: 0.01, lo: 0.005, hi: 0.015 },
        { feature: "noise", loss: 0.009, lo: -0.001, hi: 0.02 },
      ],
    },
    reconstruction: {
      reference: estimate(2.25, 2.2, 2.3),
      current: estimate(2.26, 2.2, 2.3),
      difference: estimate(0.01, -0.02, 0.05),
      components: 9,
      columns: 20,
      share: 0.66,
    },
    discrepancy: { squared: estimate(0.0097, 0.0083, 0.0114), p: 0.005, permutations: 199, bandwidth: 3 },
    correlation: {
      largest: estimate(0.5, 0.4, 0.6),
      pairs: [pair(1e-9), pair(0.4, 0.05)],
      tested: 91,
      changed: 34,
    },
    ...more,
  };
}
const classifier = (trees: Estimate, logistic: Estimate) => ({ trees, logistic, importances: [] });

test("the answer names how well they are told apart and by what: features worth a tenth of the first", () => {
  expect(jointSentence(answer())).toBe(
    "A classifier tells this range from the reference with AUC 0.71 (0.69–0.73): mostly by temperature and hourly_departures.",
  );
});

test("an interval that holds 0.50 tells nothing apart, and names nobody", () => {
  const alike = answer({ classifier: classifier(estimate(0.51, 0.49, 0.53), estimate(0.5, 0.48, 0.52)) });
  const model = prepareJoint(alike);
  expect(model?.say).toBe(
    "A classifier cannot tell this range from the reference: AUC 0.51 (0.49–0.53), where 0.50 is a guess.",
  );
  expect(model?.icon).toBe("ok");
  expect(model?.features).toEqual([]);
  // What another view saw is not kept quiet.
  expect(model?.more).toMatch(/^34 correlations changed all the same, most of all inside and outside/);
});

test("shapes and relations are told from shifts of means", () => {
  const shapes = answer({ classifier: classifier(estimate(0.7, 0.68, 0.72), estimate(0.5, 0.48, 0.52)) });
  expect(prepareJoint(shapes)?.more).toMatch(/^Means alone do not tell them apart \(AUC 0\.50\)/);
  expect(prepareJoint(answer())?.more).toMatch(/season included/);
});

test("each view has a verdict from its interval, its own axis, and the place of no difference on it", () => {
  const views = prepareJoint(answer())?.views ?? [];
  expect(views.map(({ key, verdict }) => [key, verdict])).toEqual([
    ["trees", "differs"],
    ["logistic", "differs"],
    ["reconstruction", "alike"],
    ["discrepancy", "differs"],
    ["correlation", "differs"],
  ]);
  for (const { domain, nothing, estimate: shown } of views) {
    for (const at of [nothing, shown.interval?.lo ?? 0, shown.interval?.hi ?? 0]) {
      expect(at).toBeGreaterThanOrEqual(domain[0]);
      expect(at).toBeLessThanOrEqual(domain[1]);
    }
  }
  expect(views[2]).toMatchObject({ value: "+0.01", interval: "−0.02 to 0.05" });
  expect(views[3]?.reading).toContain("p ≤ 0.005");
});

test("a value without an interval, or of too few rows, has no verdict", () => {
  const bare: Estimate = { value: 0.02, interval: null, status: "LOW_N" };
  const model = prepareJoint(
    answer({ discrepancy: { squared: bare, p: null, permutations: 199, bandwidth: 1 } }),
  );
  expect(model?.views.find(({ key }) => key === "discrepancy")).toMatchObject({
    verdict: "low",
    interval: "",
  });
});

test("pairs that may be chance are marked; rows say what they were drawn from; what was left out is said", () => {
  const model = prepareJoint(answer());
  expect(model?.pairs.map(({ isChanged }) => isChanged)).toEqual([true, false]);
  expect(model?.pairs[0]).toMatchObject({ from: "0.60", to: "−0.60", difference: "−1.20" });
  expect(model?.rows).toBe("5,000 drawn from 27,614 rows here, all 900 of the reference");
  expect(model?.leftOut).toEqual(["note: The reference does not have it."]);
});

test("without an answer there is nothing to draw", () => {
  expect(
    prepareJoint(answer({ status: "NO_SAMPLE", classifier: null, advice: "Upload it again." })),
  ).toBeNull();
});
