import type { z } from "zod";
import {
  type Compared,
  SEGMENT_ROWS_MIN,
  type SegmentChange,
  type SegmentChangeInput,
  type SegmentChangePart,
  type SegmentShare,
} from "#server/api/contracts/segments.ts";
import {
  earlierRange,
  readReferenceSide,
  readSide,
  type Side,
  viewSide,
} from "#server/metrics/attribution/compared-sides.ts";
import { fittingSplit, type ScoreAnswer, scoreSplit } from "#server/metrics/attribution/score-split.ts";
import { COUNT_CELLS, flatBlock, groupNames } from "#server/metrics/attribution/segment-blocks.ts";
import { momentsOf, type SegmentMetric, segmentMetric } from "#server/metrics/attribution/segment-metric.ts";
import { compared, rangeOfScope, resolveSegmentScope } from "#server/metrics/attribution/segment-question.ts";
import { labelMaturity, readCoverage } from "#server/metrics/label-maturity.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { blockVariances, sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { leaveOneGroupOut } from "#server/stats/attribution/leave-one-group-out.ts";
import { type GroupSides, mixWithin, mixWithinVariance } from "#server/stats/attribution/mix-within.ts";

/** Why a metric changed between two ranges, by the values of a segment key. */
export function querySegmentChange(
  source: MetricsSource,
  input: z.infer<typeof SegmentChangeInput>,
): SegmentChange {
  const scope = resolveSegmentScope(source, input, input.key);
  const metric = segmentMetric(scope.schema, input);
  const { before, after } = readSides(source, scope, input, { key: input.key, cells: metric });
  const names = groupNames([before, after]);
  const told = metric.kind === "mean" ? byMixWithin : byLeavingOut;
  const found = told(metric, { before, after, names });
  const sides = { before: viewSide(before, metric), after: viewSide(after, metric) };
  const isKnown = found !== null && sides.before.value !== null && sides.after.value !== null;
  const score = isKnown
    ? fittingSplit(readScoreSplit(source, scope, input, metric), found.change?.value ?? 0)
    : NO_SCORE;
  return {
    key: input.key,
    metric: metric.id,
    against: input.against,
    ...sides,
    ...score,
    ...(found ?? NOTHING),
    method: metric.kind === "mean" ? "mix-within/v1" : "leave-one-group-out/v1",
    status: isKnown ? statusOf(source, scope, metric, after) : "EMPTY",
    blocks: after.text,
  };
}

const NO_SCORE: ScoreAnswer = { score: null, noScore: null };
const NOTHING = { change: null, mix: null, within: null, shared: null, parts: [] };

function readSides(
  source: MetricsSource,
  scope: QueryScope,
  input: z.infer<typeof SegmentChangeInput>,
  asked: Parameters<typeof readSide>[3],
): { before: Side; after: Side } {
  const range = rangeOfScope(scope);
  if (range === null) {
    const nothing = { versions: [], blocks: [], text: "rows", range: null, refId: null };
    return { before: nothing, after: nothing };
  }
  const after = readSide(source, scope, range, asked);
  const earlier = earlierRange(input, range, scope.schema.windowMs);
  if (earlier !== null) return { before: readSide(source, scope, earlier, asked), after };
  return { before: readReferenceSide(source, scope, after.versions.at(-1) ?? null, asked), after };
}

function statusOf(
  source: MetricsSource,
  scope: QueryScope,
  { needsLabels }: SegmentMetric,
  after: Side,
): SegmentChange["status"] {
  if (!needsLabels || after.range === null) return "OK";
  const sum = sumOfBlocks(after.blocks.map(({ all }) => all));
  const isMature = labelMaturity(readCoverage(source, scope));
  const window = { end: after.range.to, predictions: sum[0] ?? 0, labelled: sum[1] ?? 0 };
  return isMature(window) ? "OK" : "IMMATURE";
}

function readScoreSplit(
  source: MetricsSource,
  scope: QueryScope,
  input: z.infer<typeof SegmentChangeInput>,
  metric: SegmentMetric,
): ScoreAnswer {
  return scoreSplit(metric, scope.schema.task, (cells) =>
    readSides(source, scope, input, { key: null, cells }),
  );
}

interface Groups {
  readonly before: Side;
  readonly after: Side;
  readonly names: readonly (string | null)[];
}
type Told = Pick<SegmentChange, "change" | "mix" | "within" | "shared" | "parts">;

/** Every group's numbers on both sides, flat in blocks. */
function flatSides({ before, after, names }: Groups) {
  const blocks = {
    before: before.blocks.map((block) => flatBlock(block, names)),
    after: after.blocks.map((block) => flatBlock(block, names)),
  };
  const degrees = Math.min(
    ...[before, after].filter((side) => side.blocks.length > 1).map((side) => side.blocks.length - 1),
    Number.MAX_SAFE_INTEGER,
  );
  return { blocks, before: sumOfBlocks(blocks.before), after: sumOfBlocks(blocks.after), degrees };
}

function byMixWithin(metric: SegmentMetric, groups: Groups): Told | null {
  const { names } = groups;
  const flat = flatSides(groups);
  if (names.length === 0) return null;
  const width = COUNT_CELLS + metric.cells;
  const sidesOf = (before: Float64Array, after: Float64Array): GroupSides[] =>
    names.map((_, index) => {
      const at = index * width + COUNT_CELLS;
      return { before: momentsOf(before, at), after: momentsOf(after, at) };
    });
  const sides = sidesOf(flat.before, flat.after);
  const found = mixWithin(sides);
  const closed = mixWithinVariance(sides);
  if (found === null || closed === null) return null;
  const byBlocks = blockVariances(flat.blocks, (before, after) => {
    const one = mixWithin(sidesOf(before, after));
    return one === null
      ? null
      : [
          one.change,
          one.mix,
          one.within,
          ...one.parts.flatMap(({ mix, within }) => [mix, within, mix + within]),
        ];
  });
  const { degrees } = flat;
  const parts = names.map((name, index) => {
    const part = found.parts[index] ?? { mix: 0, within: 0, onlyOn: null };
    const own = closed.parts[index] ?? { mix: 0, within: 0 };
    const [mix, within, total] = byBlocks.slice(3 + 3 * index, 6 + 3 * index);
    return {
      ...partOf(metric, { name, index, width }, flat),
      mix: compared(part.mix, { closed: own.mix, blocks: mix, degrees }),
      within: compared(part.within, { closed: own.within, blocks: within, degrees }),
      total: compared(part.mix + part.within, { closed: own.mix + own.within, blocks: total, degrees }),
      onlyOn: part.onlyOn,
    };
  });
  return {
    change: compared(found.change, { closed: closed.mix + closed.within, blocks: byBlocks[0], degrees }),
    mix: compared(found.mix, { closed: closed.mix, blocks: byBlocks[1], degrees }),
    within: compared(found.within, { closed: closed.within, blocks: byBlocks[2], degrees }),
    shared: null,
    parts: byShareOfChange(parts),
  };
}

function byLeavingOut(metric: SegmentMetric, groups: Groups): Told | null {
  const { names } = groups;
  const flat = flatSides(groups);
  const width = COUNT_CELLS + metric.cells;
  const tell = (before: Float64Array, after: Float64Array) =>
    leaveOneGroupOut(
      names.map((_, index) => {
        const [from, to] = [index * width + COUNT_CELLS, (index + 1) * width];
        return { before: before.subarray(from, to), after: after.subarray(from, to) };
      }),
      (cells) => metric.value(cells),
    );
  const found = tell(flat.before, flat.after);
  if (found === null) return null;
  const byBlocks = blockVariances(flat.blocks, (before, after) => {
    const one = tell(before, after);
    return one === null ? null : [one.change, ...one.effects];
  });
  const { degrees } = flat;
  const parts = names.map((name, index): SegmentChangePart => {
    const place = { name, index, width };
    const about = partOf(metric, place, flat);
    const isOnBefore = about.before.n > 0;
    const total = compared(found.effects[index], { closed: null, blocks: byBlocks[1 + index], degrees });
    const onlyOn = isOnBefore === about.after.n > 0 ? null : isOnBefore ? "before" : "after";
    return { ...about, mix: null, within: null, total, onlyOn };
  });
  return {
    change: compared(found.change, { closed: null, blocks: byBlocks[0], degrees }),
    mix: null,
    within: null,
    shared: found.shared,
    parts: byShareOfChange(parts),
  };
}

function partOf(
  metric: SegmentMetric,
  { name, index, width }: { name: string | null; index: number; width: number },
  { before, after }: { before: Float64Array; after: Float64Array },
): Pick<SegmentChangePart, "value" | "before" | "after" | "small"> {
  const sides = [before, after].map((side) => shareOf(metric, side, index, width));
  const [then = NO_ROWS, now = NO_ROWS] = sides;
  return { value: name, before: then, after: now, small: Math.max(then.n, now.n) < SEGMENT_ROWS_MIN };
}

const NO_ROWS: SegmentShare = { n: 0, share: 0, value: null, coverage: null };

function shareOf(metric: SegmentMetric, side: Float64Array, index: number, width: number): SegmentShare {
  let all = 0;
  for (let at = COUNT_CELLS; at < side.length; at += width) {
    all += metric.rows(side.subarray(at, at + metric.cells));
  }
  const at = index * width;
  const cells = side.subarray(at + COUNT_CELLS, at + width);
  if (cells.length === 0) return NO_ROWS;
  const n = metric.rows(cells);
  const predictions = side[at] ?? 0;
  const coverage = metric.needsLabels && predictions > 0 ? (side[at + 1] ?? 0) / predictions : null;
  return { n, share: all > 0 ? n / all : 0, value: metric.value(cells), coverage };
}

function byShareOfChange(parts: readonly SegmentChangePart[]): SegmentChangePart[] {
  const size = (part: { total: Compared | null }) => Math.abs(part.total?.value ?? 0);
  return [...parts].sort((a, b) => Number(a.small) - Number(b.small) || size(b) - size(a));
}
