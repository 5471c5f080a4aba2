import { normalQuantile } from "../distributions/normal.ts";
import { type Counts, totalOf } from "../drift/shares.ts";
import { clopperPearsonUpper } from "../uncertainty/clopper-pearson.ts";
import { clippedLikelihoodRatio } from "./clipped-likelihood-ratio.ts";

/** What one component of the bin drift detector bets on, for telling a reader what moved. */
export type BinDriftComponent =
  | { readonly kind: "shift"; readonly tilt: number }
  | { readonly kind: "spread"; readonly tilt: number }
  | { readonly kind: "category"; readonly bin: number; readonly mix: number }
  /** More rows than allowed in the bins from `from` up to, but not including, `to` (all but them: `outside`). */
  | {
      readonly kind: "set";
      readonly from: number;
      readonly to: number;
      readonly outside: boolean;
      readonly odds: number;
    }
  | { readonly kind: "recent" }
  | { readonly kind: "any" };

/** The components whose ln e is linear in the counts: one row of ln f_j a component. */
export interface LinearComponents {
  readonly components: readonly BinDriftComponent[];
  /** Row-major, components × bins. */
  readonly logFactors: Float64Array;
  readonly logWeights: Float64Array;
}

const TILT_WEIGHT = 0.2;
const SET_WEIGHT = 0.4;
const SHIFTS = [-1, -0.5, -0.2, 0.2, 0.5, 1];
const SPREADS = [-0.3, 0.15, 0.3];
const MIXES = [0.1, 0.3];
const SET_ODDS = [1.25, 1.6, 2.5, 6];
/** A rate that may already be this high leaves nothing to bet on. */
const NO_BET_FROM = 0.999;
const MID_SHARE_MIN = 1e-6;

export interface ComponentInputs {
  readonly reference: Counts;
  /** Smoothed shares of the reference, each above 0. */
  readonly shares: Float64Array;
  readonly ordered: boolean;
  readonly tolerance: number;
  /** The smallest certifiable drift d. */
  readonly radius: number;
  /** Chance spent on the margins of the sets together. */
  readonly setMiss: number;
}

/**
 * The fixed tilts and the set rates of the bin drift detector, as a constant matrix of ln f per row in each bin.
 *
 * Tilts (weight 0.2): exponential tilts of the normal scores (ordered) or a category that gains (unordered),
 * clipped to the ball of radius d. Set rates (weight 0.4): each set A of bins may hold at most
 * b = U_A + δ, U_A the exact upper limit of its share at miss/|sets|; a row inside multiplies by a/b, one outside by
 * (1 − a)/(1 − b), for odds ratios 1.25 to 6 of a over b. Sets: below and above each edge, and each bin (ordered); each
 * bin and its complement (unordered). A set with b ≥ 0.999 never bets: a row of zeros.
 *
 * @example linearComponents({ reference: [50, 50], shares: new Float64Array([0.5, 0.5]), ordered: false, tolerance: 0.05, radius: 0.2, setMiss: 0.005 }).components.length // 4 mixes and 4 sets at 4 odds = 20
 */
export function linearComponents(inputs: ComponentInputs): LinearComponents {
  const tilts = inputs.ordered ? scoreTilts(inputs.shares) : categoryTilts(inputs.shares);
  const rates = setRates(inputs);
  const bins = inputs.shares.length;
  const components = [...tilts.map(({ component }) => component), ...rates.map(({ component }) => component)];
  const logFactors = new Float64Array(components.length * bins);
  for (const [row, { alternative }] of tilts.entries()) {
    const factors = clippedLikelihoodRatio(alternative, inputs.shares, inputs.radius);
    for (let bin = 0; bin < bins; bin++) logFactors[row * bins + bin] = Math.log(factors[bin] ?? 1);
  }
  for (const [row, { logs }] of rates.entries()) logFactors.set(logs, (tilts.length + row) * bins);
  const logWeights = new Float64Array(components.length);
  logWeights.fill(Math.log(TILT_WEIGHT / tilts.length), 0, tilts.length);
  logWeights.fill(Math.log(SET_WEIGHT / rates.length), tilts.length);
  return { components, logFactors, logWeights };
}

interface Tilt {
  component: BinDriftComponent;
  alternative: Float64Array;
}

function scoreTilts(shares: Float64Array): Tilt[] {
  const scores = midScores(shares);
  const tilted = (exponent: (z: number) => number): Float64Array =>
    normalised(shares.map((share, bin) => share * Math.exp(exponent(scores[bin] ?? 0))));
  return [
    ...SHIFTS.map(
      (tilt): Tilt => ({ component: { kind: "shift", tilt }, alternative: tilted((z) => tilt * z) }),
    ),
    ...SPREADS.map(
      (tilt): Tilt => ({
        component: { kind: "spread", tilt },
        alternative: tilted((z) => tilt * (z * z - 1)),
      }),
    ),
  ];
}

/** Normal quantiles of the middle of each bin's probability. */
function midScores(shares: Float64Array): Float64Array {
  let below = 0;
  return shares.map((share) => {
    const middle = below + share / 2;
    below += share;
    return normalQuantile(Math.min(1 - MID_SHARE_MIN, Math.max(MID_SHARE_MIN, middle)));
  });
}

function categoryTilts(shares: Float64Array): Tilt[] {
  return MIXES.flatMap((mix) =>
    Array.from(
      shares,
      (_, bin): Tilt => ({
        component: { kind: "category", bin, mix },
        alternative: shares.map((share, other) => (1 - mix) * share + (other === bin ? mix : 0)),
      }),
    ),
  );
}

function normalised(weights: Float64Array): Float64Array {
  const total = totalOf(weights);
  return weights.map((weight) => weight / total);
}

interface BinSet {
  from: number;
  to: number;
  outside: boolean;
}

function setsOf(bins: number, ordered: boolean): BinSet[] {
  const singles = Array.from({ length: bins }, (_, bin) => ({ from: bin, to: bin + 1, outside: false }));
  if (!ordered) return [...singles, ...singles.map((single) => ({ ...single, outside: true }))];
  const edges = Array.from({ length: bins - 1 }, (_, index) => index + 1);
  const below = edges.map((edge) => ({ from: 0, to: edge, outside: false }));
  const above = edges.map((edge) => ({ from: edge, to: bins, outside: false }));
  return [...below, ...above, ...singles];
}

function setRates(inputs: ComponentInputs): { component: BinDriftComponent; logs: Float64Array }[] {
  const bins = inputs.shares.length;
  const sets = setsOf(bins, inputs.ordered);
  const rows = totalOf(inputs.reference);
  return sets.flatMap((set) => {
    const limit = clopperPearsonUpper(rowsIn(set, inputs.reference), rows, inputs.setMiss / sets.length);
    return SET_ODDS.map((odds) => ({
      component: { kind: "set" as const, ...set, odds },
      logs: rateLogs(set, bins, limit + inputs.tolerance, odds),
    }));
  });
}

function holds(set: BinSet, bin: number): boolean {
  return (bin >= set.from && bin < set.to) !== set.outside;
}

function rowsIn(set: BinSet, counts: Counts): number {
  let rows = 0;
  for (let bin = 0; bin < counts.length; bin++) if (holds(set, bin)) rows += counts[bin] || 0;
  return rows;
}

function rateLogs(set: BinSet, bins: number, limit: number, odds: number): Float64Array {
  const logs = new Float64Array(bins);
  if (!(limit < NO_BET_FROM)) return logs;
  const alternative = (odds * limit) / (1 - limit + odds * limit);
  const inside = Math.log(alternative / limit);
  const outside = Math.log((1 - alternative) / (1 - limit));
  return logs.map((_, bin) => (holds(set, bin) ? inside : outside));
}
