import type { MonitorRule } from "#server/api/contract.ts";
import type { ModelFacts } from "#server/monitors/evaluation-source.ts";
import { slotOf } from "#server/monitors/sealing.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

/** Instants between which rows or labels changed, both ends included. */
export interface ChangedRange {
  readonly from: number;
  readonly to: number;
}

/** Slots from the first to the last, both included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

/** Slots to read again: those that changed after they were judged, and those that were sealed since. */
export function rangesToJudge(
  rule: MonitorRule,
  facts: ModelFacts,
  changes: readonly ChangedRange[] | "all",
  judgedUntil: number | null,
  sealedUntil: number,
): SlotRange[] {
  const widthMs = windowWidthMs(rule);
  // Beyond the last row there is nothing to read.
  const lastSlot = Math.min(sealedUntil, slotOf(facts.watermark, widthMs));
  if (judgedUntil === null || changes === "all") {
    return joinRanges([{ first: slotOf(facts.firstTs, widthMs), last: lastSlot }], widthMs);
  }
  const changed = changes.map(({ from, to }) => ({
    first: slotOf(from, widthMs),
    last: Math.min(slotOf(to, widthMs), judgedUntil),
  }));
  const fresh = { first: judgedUntil + widthMs, last: lastSlot };
  if (rule.decide === "evidence") return joinRanges(carriedOn(changed, fresh), widthMs);
  return joinRanges([...changed, fresh], widthMs);
}

/** Evidence is of all windows before: a change of one is a change of all that follow. */
function carriedOn(changed: readonly SlotRange[], fresh: SlotRange): SlotRange[] {
  const filled = changed.filter(({ first, last }) => first <= last);
  return [{ first: Math.min(fresh.first, ...filled.map(({ first }) => first)), last: fresh.last }];
}

/** Sorted, without overlaps; ranges that touch become one, so that they cost one read. */
export function joinRanges(ranges: readonly SlotRange[], widthMs: number): SlotRange[] {
  const sorted = ranges.filter(({ first, last }) => first <= last).sort((a, b) => a.first - b.first);
  const joined: SlotRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && range.first <= last.last + widthMs) {
      joined[joined.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
    } else joined.push(range);
  }
  return joined;
}
