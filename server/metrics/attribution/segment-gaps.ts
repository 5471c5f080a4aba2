import type { Compared, SegmentTableRow } from "#server/api/contracts/segments.ts";
import { type Block, COUNT_CELLS, groupNumbers } from "#server/metrics/attribution/segment-blocks.ts";
import type { SegmentMetric } from "#server/metrics/attribution/segment-metric.ts";
import { compared } from "#server/metrics/attribution/segment-question.ts";
import { sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { blockJackknifeVariance } from "#server/stats/uncertainty/block-jackknife.ts";

/** The metric of one segment and of all other rows, with the difference between the two. */
export interface SegmentGap {
  readonly rows: number;
  readonly value: number | null;
  readonly rest: number | null;
  readonly gap: Compared | null;
  /** Standard error of the gap: the larger of rows' and blocks'. */
  readonly standardError: number | null;
}

/** "Rest" is all rows less the segment's own: those of other values, and those without any. */
export function segmentGap(metric: SegmentMetric, blocks: readonly Block[], value: string): SegmentGap {
  const own = blocks.map((block) => groupNumbers(block, value).subarray(COUNT_CELLS));
  const all = blocks.map((block) => block.all.subarray(COUNT_CELLS));
  const [here, everyone] = [sumOfBlocks(own), sumOfBlocks(all)];
  const rest = less(everyone, here);
  const gapOf = (inside: Float64Array, outside: Float64Array): number | null => {
    const [a, b] = [metric.value(inside), metric.value(outside)];
    return a === null || b === null ? null : a - b;
  };
  const closed = sumOrNull(metric.variance(here), metric.variance(rest));
  const leftOut = blocks.map((_, index) => {
    const inside = less(here, own[index]);
    return gapOf(inside, less(less(everyone, all[index]), inside)) ?? Number.NaN;
  });
  const byBlocks = blockJackknifeVariance(leftOut);
  const gap = compared(gapOf(here, rest), { closed, blocks: byBlocks, degrees: blocks.length - 1 });
  const variance = Math.max(closed ?? 0, byBlocks ?? 0);
  return {
    rows: metric.rows(here),
    value: metric.value(here),
    rest: metric.value(rest),
    gap,
    standardError: closed === null && byBlocks === null ? null : Math.sqrt(variance),
  };
}

/** What a gap's interval says, in the direction that is bad for this metric. */
export function standsOf(gap: Compared | null, worse: SegmentMetric["worse"]): SegmentTableRow["stands"] {
  if (gap === null || gap.ci === null) return "unknown";
  const isAbove = gap.ci.lo > 0;
  if (!isAbove && !(gap.ci.hi < 0)) return "alike";
  if (worse === "both") return "differs";
  return isAbove === (worse === "higher") ? "worse" : "better";
}

/** How far the gap surely goes in the bad direction: what tables are ordered by, so that noise does not win. */
export function sureGap(gap: Compared | null, worse: SegmentMetric["worse"]): number {
  if (gap === null) return Number.NEGATIVE_INFINITY;
  const { lo, hi } = gap.ci ?? { lo: gap.value, hi: gap.value };
  if (worse === "higher") return lo;
  return worse === "lower" ? -hi : Math.max(lo, -hi);
}

function less(all: Float64Array, part: Float64Array | undefined): Float64Array {
  return all.map((value, cell) => {
    const left = value - (part?.[cell] ?? 0);
    return Math.abs(left) < 1e-9 ? 0 : left;
  });
}

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
