import { totalOf } from "../drift/shares.ts";

/** Counts that a metric is computed from, by group; all of one length. */
export interface GroupCounts {
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

export interface LeaveOneGroupOut {
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** By group: what the metric now is, less what it would be had this group stayed as before. Null where undefined. */
  readonly effects: readonly (number | null)[];
  /** change − Σ effects: what belongs to no single group, because the metric is not a mean. */
  readonly shared: number | null;
}

/**
 * How much of a change in a metric that is no mean (ROC AUC, F1) hangs on each group.
 *
 * effect_g = θ(now) − θ(now, with the group's rows replaced by its earlier ones), by exchanging counts. The earlier
 * counts are scaled to the size of the later range, so a group keeps its earlier share. One group alone has the whole
 * change; in general the effects do not sum to it, and `shared` says what is left. Null when a side has no rows or no
 * value. Absent on a side: the group counts as no rows there.
 *
 * @example leaveOneGroupOut([{ before: [8, 2], after: [4, 6] }], ([right, wrong]) => right / (right + wrong)) // { before: 0.8, after: 0.4, change: -0.4, effects: [-0.4], shared: 0 }
 */
export function leaveOneGroupOut(
  groups: readonly GroupCounts[],
  statistic: (counts: Float64Array) => number | null,
): LeaveOneGroupOut | null {
  const before = sumOver(groups.map((group) => group.before));
  const after = sumOver(groups.map((group) => group.after));
  const scale = totalOf(after) / totalOf(before);
  if (!Number.isFinite(scale) || scale === 0) return null;
  const then = statistic(before);
  const now = statistic(after);
  if (then === null || now === null) return null;
  const effects = groups.map((group) => {
    const exchanged = after.map(
      (count, cell) => count - (group.after[cell] ?? 0) + scale * (group.before[cell] ?? 0),
    );
    const value = statistic(exchanged);
    return value === null ? null : now - value;
  });
  const known = effects.every((effect) => effect !== null);
  const sum = effects.reduce<number>((total, effect) => total + (effect ?? 0), 0);
  const change = now - then;
  return { before: then, after: now, change, effects, shared: known ? change - sum : null };
}

function sumOver(counts: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(counts[0]?.length ?? 0);
  for (const one of counts) {
    for (let cell = 0; cell < sum.length; cell++) sum[cell] = (sum[cell] ?? 0) + (one[cell] ?? 0);
  }
  return sum;
}
