import type { FairnessPoint } from "#server/api/contracts/fairness.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import type { CriterionRule } from "#server/metrics/fairness/criteria.ts";
import { addTallies, type GroupTally } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { Maturity } from "#server/metrics/label-maturity.ts";
import { statusOf } from "#server/metrics/query-metrics.ts";
import type { Buckets } from "#server/metrics/query-window.ts";
import type { Ratio } from "#server/stats/accuracy/confusion-rates.ts";
import { EMPTY } from "#server/stats/estimate.ts";
import { GROUP_ROWS_SHOWN_MIN } from "#server/stats/fairness/group-size.ts";
import { shareDifferenceConfidenceSequence } from "#server/stats/sequential/proportion-confidence-sequence.ts";

interface TimeContext {
  readonly rule: CriterionRule;
  readonly group: GroupNumbers;
  readonly reference: GroupNumbers;
  readonly buckets: Buckets;
  readonly watermark: number;
  readonly isMature: Maturity;
}

/** One group's gap by window, with what all windows so far say together. What needs more than sums has no windows. */
export function gapOverTime(context: TimeContext): FairnessPoint[] {
  const { rule, group, reference, buckets } = context;
  const { rate, inWindow } = rule;
  if (inWindow === null) return [];
  let soFar: [GroupTally, GroupTally] = [addTallies([]), addTallies([])];
  const points: FairnessPoint[] = [];
  for (let start = buckets.from; start < buckets.to; start += buckets.widthMs) {
    const own = group.buckets.get(start) ?? addTallies([]);
    const other = reference.buckets.get(start) ?? addTallies([]);
    soFar = [addTallies([soFar[0], own]), addTallies([soFar[1], other])];
    const rows = rule.size({ ...group, whole: own }, "").rows;
    const estimate = rows > 0 ? inWindow(own, other) : EMPTY;
    const shown = rows >= GROUP_ROWS_SHOWN_MIN ? estimate : { ...estimate, value: null, interval: null };
    const end = Math.min(buckets.to, start + buckets.widthMs);
    const immature = rule.needsLabels && !context.isMature({ end, ...own });
    const open = context.watermark < end;
    points.push({
      from: formatInstant(start),
      to: formatInstant(end),
      value: shown.value,
      ci: shown.interval,
      n: rows,
      status: statusOf({ status: estimate.status }, { open, immature }),
      soFar: rate === null || rule.isRatio ? null : gapSoFar(rate(soFar[0]), rate(soFar[1])),
    });
  }
  return points;
}

function gapSoFar(own: Ratio, other: Ratio): FairnessPoint["soFar"] {
  const limits = shareDifferenceConfidenceSequence(other, own);
  if (limits === null || own.trials < GROUP_ROWS_SHOWN_MIN) return null;
  const value = own.successes / own.trials - other.successes / other.trials;
  return { value, lo: limits.lo, hi: limits.hi, n: own.trials };
}
