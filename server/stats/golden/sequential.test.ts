import { checkGolden } from "#server/testing/check-golden.ts";
import { createBinDriftDetector } from "../sequential/bin-drift-detector.ts";
import { boundedMeanConfidenceSequence } from "../sequential/bounded-mean-confidence-sequence.ts";
import { cellNormalScores } from "../sequential/cell-normal-scores.ts";
import {
  clipBounds,
  clippedLikelihoodRatio,
  worstMeanInBall,
} from "../sequential/clipped-likelihood-ratio.ts";
import { createConformalCellsDetector } from "../sequential/conformal-cells-detector.ts";
import { createConformalRateDetector } from "../sequential/conformal-rate-detector.ts";
import { logDirichletMultinomial } from "../sequential/dirichlet-multinomial.ts";
import { eBenjaminiHochberg } from "../sequential/e-benjamini-hochberg.ts";
import { logECusum } from "../sequential/e-cusum.ts";
import { eFromP, logBetaMixtureAbove, logEShiryaevRoberts } from "../sequential/e-values.ts";
import type { EvidenceDetector } from "../sequential/evidence-detector.ts";
import { finiteReferenceMargin } from "../sequential/finite-reference-margin.ts";
import { hypergeometricSplit } from "../sequential/hypergeometric.ts";
import { adjustedLogEvidence } from "../sequential/many-monitors.ts";
import { meanConfidenceSequence } from "../sequential/mean-confidence-sequence.ts";
import { createMeanLossDetector, logBettingFactor, meanLossLimit } from "../sequential/mean-loss-detector.ts";
import { batchDesignEffect, overDispersion } from "../sequential/over-dispersion.ts";
import {
  proportionConfidenceSequence,
  shareDifferenceConfidenceSequence,
} from "../sequential/proportion-confidence-sequence.ts";
import { createRateDetector, logBernoulliFactor, rateLimit } from "../sequential/rate-detector.ts";
import {
  createTwoSampleBayesDetector,
  createTwoSampleRateDetector,
} from "../sequential/two-sample-bayes-detector.ts";
import { maxLogLikelihoodInBall } from "../sequential/universal-inference.ts";

type Pair = [number, number];
const asRate = ([successes, trials]: Pair) => ({ successes, trials });

/** The states after each window. */
function run<Window, State>(detector: EvidenceDetector<Window, State>, windows: readonly Window[]): State[] {
  let state = detector.start();
  return windows.map((window) => {
    state = detector.step(state, window);
    return state;
  });
}

function evidence<Window, State>(detector: EvidenceDetector<Window, State>, windows: readonly Window[]) {
  return run(detector, windows).map(detector.logEvidence);
}

checkGolden(new URL("./sequential-values.json", import.meta.url), {
  tvClipBounds: ({ a, p, delta }) => {
    const { lower, upper } = clipBounds(a, p, delta);
    return { l: lower, h: upper };
  },
  tvClipFactor: ({ a, p, delta }) => Array.from(clippedLikelihoodRatio(a, p, delta)),
  tvClipWorstMean: ({ p, f, delta }) => worstMeanInBall(f, p, delta),
  tvClipLogE: ({ a, p, delta, counts }) =>
    clippedLikelihoodRatio(a, p, delta).reduce((sum, factor, bin) => sum + counts[bin] * Math.log(factor), 0),
  logDirichletMultinomialSeq: ({ counts, alpha }) => logDirichletMultinomial(counts, alpha),
  tvBallMaxLogLik: ({ counts, p, delta }) => maxLogLikelihoodInBall(counts, p, delta),
  tvReferenceMargin: ({ p, N, alpha }) =>
    finiteReferenceMargin(
      p.map((share: number) => share * N),
      alpha,
    ),
  bernoulliLogE: ({ a, b, k, n }) =>
    logBernoulliFactor({ successes: k, trials: n }, { alternative: a, limit: b }),
  eCusum: ({ e }) => logECusum(e.map(Math.log)).map(Math.exp),
  eShiryaevRoberts: ({ e }) => logEShiryaevRoberts(e.map(Math.log)).map(Math.exp),
  eBH: ({ e, alpha }) => {
    const rejected = eBenjaminiHochberg(e.map(Math.log), alpha);
    return { k: rejected.length, rejected };
  },
  pToE: ({ p, kappa }) => eFromP(p, kappa),
  betaBinomialCS: ({ k, n, alpha }) => ends(proportionConfidenceSequence(k, n, alpha)),
  bettingLogE: ({ x, m, lam }) =>
    logBettingFactor({ values: x, counts: x.map(() => 1) }, { mean: m, bet: lam }),
  binDriftDetector: ({ ref, windows }, { delta, alphaRef, halfLife, ordinal }) => {
    const detector = createBinDriftDetector({
      reference: ref,
      ordered: ordinal,
      tolerance: delta,
      referenceMiss: alphaRef,
      memoryWindows: halfLife,
    });
    const [logM1, logM2, logM3] = evidence(detector, windows);
    return { dTotal: detector.smallestDrift, logM1, logM2, logM3 };
  },
  driftTrace: ({ reference, windows }, { tolerance, ordered, eta }) => {
    const detector = createBinDriftDetector({
      reference,
      ordered: Boolean(ordered),
      tolerance,
      overDispersion: eta,
    });
    return { radius: detector.smallestDrift, logM: evidence(detector, windows) };
  },
  rateDetector: ({ k0, N0, windows }, { delta, alphaRef }) => {
    const b = rateLimit({ successes: k0, trials: N0 }, { tolerance: delta, referenceMiss: alphaRef });
    const [logM1, logM2, logM3] = evidence(createRateDetector({ upper: b }), windows.map(asRate));
    return { b, logM1, logM2, logM3 };
  },
  rateTwoSided: ({ k0, N0, windows }, { tolerance }) => {
    const upper = rateLimit({ successes: k0, trials: N0 }, { tolerance });
    const lower = 1 - rateLimit({ successes: N0 - k0, trials: N0 }, { tolerance });
    return { upper, lower, logM: evidence(createRateDetector({ upper, lower }), windows.map(asRate)) };
  },
  meanLossTrace: ({ limit, windows }) =>
    evidence(
      createMeanLossDetector({ limit }),
      windows.map(([values, counts]: [number[], number[]]) => ({ values, counts })),
    ),
  meanLossLimit: (baseline, { tolerance }) => meanLossLimit(baseline, { tolerance }),
  meanSequence: (sums, { tightestAt }) => ends(meanConfidenceSequence(sums, { tightestAt })),
  differenceCS: ({ k1, n1, k2, n2 }, { alpha }) =>
    ends(
      shareDifferenceConfidenceSequence({ successes: k1, trials: n1 }, { successes: k2, trials: n2 }, alpha),
    ),
  bettingCS: ({ x, counts, alpha }) =>
    ends(boundedMeanConfidenceSequence({ lower: x, upper: x, counts }, alpha)),
  betaMixture: ({ k, n, limit }, prior) => logBetaMixtureAbove({ successes: k, trials: n }, limit, prior),
  twoSampleBayes: ({ reference, windows }, { ordered, eta }) => {
    const detector = createTwoSampleBayesDetector({
      reference,
      ordered: Boolean(ordered),
      overDispersion: eta,
    });
    const states = run(detector, windows);
    // The rows were made without thinning: candidates that have been dropped by the sixth window are given back.
    return states.map((state, last) => {
      const all = states.slice(0, last + 1);
      const full = {
        ...state,
        candidates: all.map((_, window) => window),
        before: all.map((_, window) => states[window - 1]?.total ?? Float64Array.from(reference)),
      };
      const { logEvidence, onset, candidates } = detector.assess(full);
      return { lnM: logEvidence, onset, lnE: candidates.map((candidate) => candidate.logEvidence) };
    });
  },
  twoSampleThinned: ({ reference, windows }) => {
    const detector = createTwoSampleBayesDetector({ reference, ordered: false });
    const states = run(detector, windows);
    const last = detector.assess(states.at(-1) ?? detector.start());
    return {
      logM: states.map(detector.logEvidence),
      alive: last.candidates.map(({ window }) => window),
      onset: last.onset,
      credible: last.credible,
    };
  },
  twoSampleRate: ({ reference, windows }, { side, null: nothing, eta }) => {
    const detector = createTwoSampleRateDetector({
      reference: asRate(reference),
      side,
      null: nothing,
      overDispersion: eta,
    });
    return evidence(detector, windows.map(asRate));
  },
  conformalRate: ({ reference, windows, uniforms }, { bets }) => {
    const side = bets[0] < 0 ? "both" : "above";
    const detector = createConformalRateDetector({ reference: asRate(reference), side });
    const seeded = windows.map((pair: Pair, window: number) => ({
      ...asRate(pair),
      uniform: uniforms[window],
    }));
    return run(detector, seeded).map((state) => ({ z: state.z, lnM: detector.logEvidence(state) }));
  },
  conformalCells: ({ reference, windows }, { eta }) => {
    const detector = createConformalCellsDetector({ reference, ordered: true, overDispersion: eta });
    return run(detector, windows).map((state) => ({
      z: Array.from(state.z),
      lnM: detector.logEvidence(state),
    }));
  },
  overDispersion: ({ windows }) => overDispersion(windows),
  batchDesignEffect: ({ windows }) => batchDesignEffect(windows),
  hypergeometric: ({ k, ...urn }) => hypergeometricSplit(k, urn),
  normalScores: ({ shares }) => ({ location: Array.from(cellNormalScores(shares).location) }),
  manyMonitors: ({ log, patience }) =>
    adjustedLogEvidence(
      log.map((logEvidence: number, f: number) => ({ logEvidence, logPatience: patience[f] })),
    ),
});

function ends(interval: { lo: number; hi: number } | null): number[] {
  return interval === null ? [] : [interval.lo, interval.hi];
}
