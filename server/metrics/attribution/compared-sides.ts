import type { z } from "zod";
import type { ComparedSide, SegmentChangeInput } from "#server/api/contracts/segments.ts";
import { formatInstant, parseInstant } from "#server/kernel/instant.ts";
import {
  type CellReader,
  COUNT_CELLS,
  numbersOf,
  readSegmentBlocks,
  type SegmentBlocks,
} from "#server/metrics/attribution/segment-blocks.ts";
import type { SegmentMetric } from "#server/metrics/attribution/segment-metric.ts";
import type { TimeRange } from "#server/metrics/attribution/segment-question.ts";
import { badQuery } from "#server/metrics/bad-query.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";
import { sumTallies, talliesByValue } from "#server/windows/read-summaries.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

/** One side of a comparison. */
export interface Side extends SegmentBlocks {
  /** Null for a reference, which is no stretch of time. */
  readonly range: TimeRange | null;
  readonly refId: string | null;
}

/** The range that a range is compared with; null for the reference. */
export function earlierRange(
  input: z.infer<typeof SegmentChangeInput>,
  { from, to }: TimeRange,
  windowMs: number,
): TimeRange | null {
  if (input.against === "reference") return null;
  if (input.against === "previous") return { from: from - (to - from), to: from };
  if (input.against === "week") return { from: from - WEEK_MS, to: to - WEEK_MS };
  if (input.against_from === undefined || input.against_to === undefined) {
    throw badQuery(
      "missing_range",
      "against_from",
      "To compare with a range, say `against_from` and `against_to`.",
    );
  }
  const range = {
    from: windowStart(parseInstant(input.against_from, "against_from"), windowMs),
    to: windowStartAfter(parseInstant(input.against_to, "against_to"), windowMs),
  };
  if (range.from < range.to) return range;
  throw badQuery("empty_range", "against_from", "`against_from` must lie before `against_to`.");
}

export function readSide(
  source: MetricsSource,
  scope: QueryScope,
  range: TimeRange,
  asked: { key: string | null; cells: CellReader },
): Side {
  return { ...readSegmentBlocks(source, scope, range, asked), range, refId: null };
}

/** A version's reference as one block; none where it has no reference. */
export function readReferenceSide(
  source: MetricsSource,
  { schema }: QueryScope,
  version: string | null,
  { key, cells }: { key: string | null; cells: CellReader },
): Side {
  const reference = version === null ? null : source.reference(schema.modelId, version);
  if (reference === null || version === null) {
    return { versions: [], blocks: [], text: "rows", range: null, refId: null };
  }
  const { layout, summary, stored, refId } = reference;
  const tallies = key === null ? [] : [...talliesByValue([stored], layout, key)];
  const values = new Map(
    tallies.map(
      ([name, own]) => [name, numbersOf(sumTallies(own, layout, cells.pick), layout, cells)] as const,
    ),
  );
  const all = numbersOf(summary, layout, cells);
  return {
    versions: [version],
    blocks: [{ start: 0, end: 0, all, values }],
    text: "rows",
    range: null,
    refId,
  };
}

export function viewSide(side: Side, metric: SegmentMetric): ComparedSide {
  const sum = sumOfBlocks(side.blocks.map(({ all }) => all));
  const cells = sum.subarray(COUNT_CELLS);
  return {
    from: side.range === null ? null : formatInstant(side.range.from),
    to: side.range === null ? null : formatInstant(side.range.to),
    refId: side.refId,
    versions: [...side.versions],
    predictions: sum[0] ?? 0,
    n: cells.length > 0 ? metric.rows(cells) : 0,
    value: cells.length > 0 ? metric.value(cells) : null,
  };
}
