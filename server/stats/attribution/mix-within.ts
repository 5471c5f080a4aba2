import type { MeanMoments } from "../uncertainty/mean-interval.ts";

/** One group (a segment's value) before and after: rows and mean of the quantity on each side. */
export interface GroupSides {
  readonly before: MeanMoments;
  readonly after: MeanMoments;
}

export interface MixWithinPart {
  /** What the group adds because its share of the rows changed. */
  readonly mix: number;
  /** What it adds because its own mean changed. */
  readonly within: number;
  /** Set where the group has rows on one side only: its mean is taken from there, so `within` is 0. */
  readonly onlyOn: "before" | "after" | null;
}

export interface MixWithin {
  readonly before: number;
  readonly after: number;
  /** after − before, which is mix + within. */
  readonly change: number;
  readonly mix: number;
  readonly within: number;
  /** In the order of the groups. */
  readonly parts: readonly MixWithinPart[];
}

/**
 * Why a mean changed: because the groups' shares changed (mix), or because the groups themselves did (within).
 *
 * mix_g = (w′_g − w_g)((r_g + r′_g)/2 − R̄), within_g = (r′_g − r_g)(w_g + w′_g)/2, with shares w, means r, and R̄ the mean
 * of the two totals (Kitagawa 1955; the Shapley value of two players, so no order of explanation is preferred).
 * Σ (mix + within) = R′ − R to rounding. Centring by R̄ keeps a group of average quality that grows from being
 * blamed; the total mix is the same without it. n may be a share or a count; for precision and recall it is the
 * metric's own denominator. A group empty on one side has within 0 and is flagged; empty on both: all 0. Null when a
 * whole side is empty.
 *
 * @example mixWithin([{ before: { n: 6, mean: 0.9, m2: 0 }, after: { n: 3, mean: 0.85, m2: 0 } }, { before: { n: 4, mean: 0.8, m2: 0 }, after: { n: 7, mean: 0.7, m2: 0 } }]) // { before: 0.86, after: 0.745, change: -0.115, mix: -0.0375, within: -0.0775 }
 */
export function mixWithin(groups: readonly GroupSides[]): MixWithin | null {
  const totals = sideTotals(groups);
  if (totals === null) return null;
  const { rowsBefore, rowsAfter, before, after } = totals;
  const centre = (before + after) / 2;
  const parts = groups.map((group): MixWithinPart => {
    const share = { before: group.before.n / rowsBefore, after: group.after.n / rowsAfter };
    const mean = sharedMeans(group);
    const mix = (share.after - share.before) * ((mean.before + mean.after) / 2 - centre);
    const within = ((mean.after - mean.before) * (share.before + share.after)) / 2;
    return { mix: isEmpty(group) ? 0 : mix, within, onlyOn: onlySide(group) };
  });
  const mix = parts.reduce((sum, part) => sum + part.mix, 0);
  const within = parts.reduce((sum, part) => sum + part.within, 0);
  return { before, after, change: after - before, mix, within, parts };
}

/** Variances of what mixWithin answers. */
export interface MixWithinVariance {
  readonly mix: number;
  readonly within: number;
  readonly parts: ReadonlyArray<{ readonly mix: number; readonly within: number }>;
}

/**
 * How sure a decomposition is, were all rows independent: the variance of each part and of both totals.
 *
 * Delta method with multinomial shares: within_g = (r′ − r)(w + w′)/2 has ((w + w′)/2)² (v + v′) + (r′ − r)²(u + u′)/4, with v the
 * variance of a group's mean and u of its share; mix_g has (m − R̄)²(u + u′) + (w′ − w)²(v + v′)/4, m its mid mean. Totals
 * are the same with the covariance of shares. v = (m2_g + s²)/n_g² takes one more row of the side's own spread, so a
 * group of one row, or of equal rows, is not taken for certain. Null when a side is empty. Rows of one day are rarely
 * independent: compare with blockVariances and show the larger.
 *
 * @example mixWithinVariance([{ before: { n: 100, mean: 0.5, m2: 25 }, after: { n: 100, mean: 0.5, m2: 25 } }])?.within // 0.00505
 */
export function mixWithinVariance(groups: readonly GroupSides[]): MixWithinVariance | null {
  const totals = sideTotals(groups);
  if (totals === null) return null;
  const centre = (totals.before + totals.after) / 2;
  const found = groups.map((group) => groupVariance(group, totals, centre));
  const parts = found.map(({ mix, within }) => ({ mix, within }));
  const ofShares = (values: readonly number[]): number =>
    shareVariance(groups, values, (group) => group.before.n / totals.rowsBefore) / totals.rowsBefore +
    shareVariance(groups, values, (group) => group.after.n / totals.rowsAfter) / totals.rowsAfter;
  const midMeans = found.map(({ fromCentre }) => fromCentre);
  const halfMoves = found.map(({ move }) => move / 2);
  const mix = found.reduce((sum, { mixByMeans }) => sum + mixByMeans, ofShares(midMeans));
  const within = found.reduce((sum, { withinByMeans }) => sum + withinByMeans, ofShares(halfMoves));
  return { mix, within, parts };
}

function groupVariance(
  group: GroupSides,
  totals: NonNullable<ReturnType<typeof sideTotals>>,
  centre: number,
) {
  const { rowsBefore, rowsAfter, spreadBefore, spreadAfter } = totals;
  const share = { before: group.before.n / rowsBefore, after: group.after.n / rowsAfter };
  const u = (share.before * (1 - share.before)) / rowsBefore + (share.after * (1 - share.after)) / rowsAfter;
  const v = meanVarianceOf(group.before, spreadBefore) + meanVarianceOf(group.after, spreadAfter);
  const mean = sharedMeans(group);
  const isTold = onlySide(group) === null && !isEmpty(group);
  const fromCentre = isEmpty(group) ? 0 : (mean.before + mean.after) / 2 - centre;
  const move = isTold ? mean.after - mean.before : 0;
  const mixByMeans = ((share.after - share.before) ** 2 * v) / (isTold ? 4 : 1);
  const withinByMeans = isTold ? ((share.before + share.after) / 2) ** 2 * v : 0;
  return {
    fromCentre,
    move,
    mixByMeans,
    withinByMeans,
    mix: fromCentre ** 2 * u + mixByMeans,
    within: withinByMeans + (move ** 2 * u) / 4,
  };
}

function sideTotals(groups: readonly GroupSides[]) {
  const side = (of: (group: GroupSides) => MeanMoments) => {
    const own = groups.map(of).filter(({ n }) => n > 0);
    const rows = own.reduce((sum, { n }) => sum + n, 0);
    const mean = own.reduce((sum, { n, mean: one }) => sum + n * one, 0) / rows;
    const squares = own.reduce((sum, { n, mean: one, m2 }) => sum + m2 + n * (one - mean) ** 2, 0);
    return { rows, mean, spread: squares / rows };
  };
  const before = side((group) => group.before);
  const after = side((group) => group.after);
  if (!(before.rows > 0) || !(after.rows > 0)) return null;
  return {
    rowsBefore: before.rows,
    rowsAfter: after.rows,
    before: before.mean,
    after: after.mean,
    spreadBefore: before.spread,
    spreadAfter: after.spread,
  };
}

function isEmpty({ before, after }: GroupSides): boolean {
  return !(before.n > 0) && !(after.n > 0);
}

function onlySide({ before, after }: GroupSides): MixWithinPart["onlyOn"] {
  if (before.n > 0 === after.n > 0) return null;
  return before.n > 0 ? "before" : "after";
}

function sharedMeans(group: GroupSides): { before: number; after: number } {
  if (isEmpty(group)) return { before: 0, after: 0 };
  const before = group.before.n > 0 ? group.before.mean : group.after.mean;
  return { before, after: group.after.n > 0 ? group.after.mean : before };
}

function meanVarianceOf({ n, m2 }: MeanMoments, spread: number): number {
  return n > 0 ? (Math.max(0, m2) + spread) / (n * n) : 0;
}

/** Variance, under a side's shares, of a value that each group has. */
function shareVariance(
  groups: readonly GroupSides[],
  values: readonly number[],
  shareOf: (group: GroupSides) => number,
): number {
  let mean = 0;
  let square = 0;
  groups.forEach((group, index) => {
    const share = shareOf(group);
    mean += share * (values[index] ?? 0);
    square += share * (values[index] ?? 0) ** 2;
  });
  return Math.max(0, square - mean * mean);
}
