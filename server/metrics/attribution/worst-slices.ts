import type { z } from "zod";
import type { WorstSlice, WorstSlices, WorstSlicesInput } from "#server/api/contracts/segments.ts";
import {
  COUNT_CELLS,
  groupNames,
  readSegmentBlocks,
  type SegmentBlocks,
} from "#server/metrics/attribution/segment-blocks.ts";
import { type SegmentGap, segmentGap } from "#server/metrics/attribution/segment-gaps.ts";
import { type SegmentLoss, segmentLoss } from "#server/metrics/attribution/segment-loss.ts";
import { momentsOf } from "#server/metrics/attribution/segment-metric.ts";
import {
  rangeOfScope,
  resolveSegmentScope,
  shownLimits,
} from "#server/metrics/attribution/segment-question.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { segmentKeys } from "#server/metrics/query-scope.ts";
import { sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { type SliceFinding, worstSlices } from "#server/stats/attribution/worst-slices.ts";
import type { MeanMoments } from "#server/stats/uncertainty/mean-interval.ts";
import { OTHER_VALUE } from "#server/windows/layout.ts";

const SHOWN_MAX = 10;
const ROWS_MIN = 100;
const SHARE_MIN = 0.01;

interface Candidate {
  readonly key: string;
  readonly value: string;
  readonly predictions: number;
  readonly loss: MeanMoments;
  readonly gap: SegmentGap;
}

/** Where is the model worst, over every value of every segment key? */
export function queryWorstSlices(
  source: MetricsSource,
  input: z.infer<typeof WorstSlicesInput>,
): WorstSlices {
  const scope = resolveSegmentScope(source, input, null);
  const loss = segmentLoss(scope.schema, { metric: input.metric });
  const range = rangeOfScope(scope);
  const keys = segmentKeys(scope.schema);
  const found =
    range === null
      ? []
      : keys.map((key) => readSegmentBlocks(source, scope, range, { key, cells: loss.metric }));
  const all = momentsOf(sumOfBlocks((found[0]?.blocks ?? []).map((block) => block.all)), COUNT_CELLS);
  const candidates = found.flatMap((blocks, index) => candidatesOf(keys[index] ?? "", blocks, loss));
  const rowsMin = Math.max(ROWS_MIN, Math.ceil(SHARE_MIN * all.n));
  const search = worstSlices(
    all,
    candidates.map(({ loss: own, gap }) => ({ loss: own, blockError: gap.standardError })),
    { rowsMin },
  );
  const worse = search.findings.filter(({ excess }) => excess > 0);
  return {
    loss: loss.name,
    instead: loss.instead,
    looked: search.findings.length,
    tooSmall: search.tooSmall.length,
    rowsMin,
    slices: worse.slice(0, SHOWN_MAX).flatMap((finding) => viewSlice(finding, candidates, all)),
    notLooked: notLookedWords(keys),
    blocks: found[0]?.text ?? "rows",
  };
}

function candidatesOf(
  key: string,
  { blocks, text, versions }: SegmentBlocks,
  loss: SegmentLoss,
): Candidate[] {
  return groupNames([{ blocks, text, versions }]).flatMap((value) => {
    // What holds everything without a name of its own cannot be searched for.
    if (value === null || value === OTHER_VALUE) return [];
    const sum = sumOfBlocks(blocks.flatMap((block) => block.values.get(value) ?? []));
    return [
      {
        key,
        value,
        predictions: sum[0] ?? 0,
        loss: momentsOf(sum, COUNT_CELLS),
        gap: segmentGap(loss.metric, blocks, value),
      },
    ];
  });
}

function viewSlice(finding: SliceFinding, candidates: readonly Candidate[], all: MeanMoments): WorstSlice[] {
  const candidate = candidates[finding.slice];
  if (candidate === undefined) return [];
  const { key, value, predictions, gap } = candidate;
  return [
    {
      key,
      value,
      predicate: `${key}:${value}`,
      predictions,
      n: finding.rows,
      share: all.n > 0 ? finding.rows / all.n : 0,
      mean: finding.mean,
      rest: finding.complement,
      excess: { value: finding.excess, ci: shownLimits(gap.gap?.ci ?? null) },
      lower: finding.lower,
      shrunken: finding.shrunken,
      effectSize: finding.effectSize,
      evidence: finding.logEvidence / Math.LN10,
      supported: finding.isSupported,
    },
  ];
}

function notLookedWords(keys: readonly string[]): string {
  if (keys.length === 0) return "The model has no segment keys.";
  const single = "Single values of the segment keys are searched.";
  if (keys.length === 1) return single;
  return `${single} Crossings of two keys are not kept; send the crossing itself as a segment to have it searched.`;
}
