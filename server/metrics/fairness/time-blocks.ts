import type { FairnessAnswer } from "#server/api/contracts/fairness.ts";
import type { Blocks } from "#server/metrics/fairness/group-gap.ts";
import { addTallies, type GroupTally } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { Buckets } from "#server/metrics/query-window.ts";
import { BLOCKS_MIN } from "#server/stats/uncertainty/block-jackknife.ts";
import { DAY_MS, windowStart } from "#server/windows/levels.ts";

/** Windows, or days where windows are narrower and there are days enough: rows of one day hang together. */
export function blocksOf(
  groups: readonly GroupNumbers[],
  buckets: Buckets,
): { blocks: Blocks; summary: FairnessAnswer["blocks"] } {
  const days = (buckets.to - buckets.from) / DAY_MS;
  const widthMs = buckets.widthMs < DAY_MS && days >= BLOCKS_MIN ? DAY_MS : buckets.widthMs;
  const blocks = new Map<number, Map<string, GroupTally>>();
  for (const { group, buckets: own } of groups) {
    for (const [start, tally] of own) {
      const at = windowStart(start, widthMs);
      const block = blocks.get(at) ?? new Map<string, GroupTally>();
      const before = block.get(group);
      block.set(group, before === undefined ? tally : addTallies([before, tally]));
      blocks.set(at, block);
    }
  }
  const enough = buckets.window !== "all" && blocks.size >= BLOCKS_MIN;
  return { blocks, summary: enough ? { count: blocks.size, days: widthMs / DAY_MS } : null };
}
