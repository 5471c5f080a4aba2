import fc from "fast-check";
import { expect, test } from "vitest";
import { sharesOf, smoothedSharesOf } from "../drift/shares.ts";
import { linearComponents } from "./bin-drift-components.ts";
import { clippedLikelihoodRatio, projectIntoBall, worstMeanInBall } from "./clipped-likelihood-ratio.ts";
import { smallestCertifiableDrift } from "./finite-reference-margin.ts";
import { maxLogLikelihoodInBall } from "./universal-inference.ts";

fc.configureGlobal({ seed: 20_141_802, numRuns: 300 });

const count = fc.oneof({ weight: 4, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(0) });
const sides = fc.integer({ min: 1, max: 30 }).chain((bins) =>
  fc.record({
    reference: fc.array(count, { minLength: bins, maxLength: bins }),
    current: fc
      .array(count, { minLength: bins, maxLength: bins })
      .filter((counts) => counts.some((c) => c > 0)),
    other: fc
      .array(count, { minLength: bins, maxLength: bins })
      .filter((counts) => counts.some((c) => c > 0)),
    radius: fc.double({ min: 0, max: 0.6, noNaN: true }),
  }),
);

const totalVariationOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, share, bin) => sum + Math.abs(share - (b[bin] ?? 0)) / 2, 0);

test("a clipped bet is fair against every distribution in the ball", () => {
  fc.assert(
    fc.property(sides, ({ reference, current, radius }) => {
      const p = smoothedSharesOf(reference);
      const factors = clippedLikelihoodRatio(sharesOf(current), p, radius);
      expect(worstMeanInBall(factors, p, radius)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("the projection lies in the ball and is a distribution", () => {
  fc.assert(
    fc.property(sides, ({ reference, current, radius }) => {
      const p = smoothedSharesOf(reference);
      const q = projectIntoBall(sharesOf(current), p, radius);
      expect(q.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...q)).toBeGreaterThanOrEqual(0);
      expect(totalVariationOf(q, p)).toBeLessThanOrEqual(radius + 1e-12);
    }),
  );
});

test("nothing in the ball explains the counts better than the projection", () => {
  fc.assert(
    fc.property(sides, ({ reference, current, other, radius }) => {
      const p = smoothedSharesOf(reference);
      const best = maxLogLikelihoodInBall(current, p, radius);
      const towards = sharesOf(other);
      const reach = Math.min(1, radius / Math.max(1e-12, totalVariationOf(towards, p)));
      const inside = p.map((share, bin) => (1 - reach) * share + reach * (towards[bin] ?? 0));
      const likelihood = current.reduce(
        (sum, c, bin) => sum + (c > 0 ? c * Math.log(inside[bin] ?? 0) : 0),
        0,
      );
      expect(likelihood).toBeLessThanOrEqual(best + 1e-9 * (1 + Math.abs(best)));
      const q = projectIntoBall(sharesOf(current), p, radius);
      const reached = current.reduce((sum, c, bin) => sum + (c > 0 ? c * Math.log(q[bin] ?? 0) : 0), 0);
      expect(reached).toBeCloseTo(best, 6);
    }),
  );
});

test("every fixed component of the drift detector is fair for every distribution it must tolerate", () => {
  fc.assert(
    fc.property(sides, fc.boolean(), ({ reference, other, radius: tolerance }, ordered) => {
      fc.pre(reference.some((c) => c > 0));
      const shares = smoothedSharesOf(reference);
      const radius = smallestCertifiableDrift(reference, { tolerance });
      const { logFactors, components } = linearComponents({
        reference,
        shares,
        ordered,
        tolerance,
        radius,
        setMiss: 0.005,
      });
      // The plain shares are within the margins by construction; move δ from them towards another distribution.
      const p = sharesOf(reference);
      const towards = sharesOf(other);
      const reach = Math.min(1, tolerance / Math.max(1e-12, totalVariationOf(towards, p)));
      const q = p.map((share, bin) => (1 - reach) * share + reach * (towards[bin] ?? 0));
      for (let row = 0; row < components.length; row++) {
        const mean = q.reduce(
          (sum, share, bin) => sum + share * Math.exp(logFactors[row * q.length + bin] ?? 0),
          0,
        );
        expect(mean).toBeLessThanOrEqual(1 + 1e-12);
      }
    }),
  );
});
