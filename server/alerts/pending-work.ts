import type { ChangedRange } from "#server/alerts/slot-ranges.ts";

export type Changes = readonly ChangedRange[] | "all";

const RANGES_MAX = 64;

/**
 * Changes by model, until somebody looks at them. An import tells of thousands of commits: neighbours are joined, and
 * where too many lie apart, one range covers them all; judging a window again that did not change is only slower.
 */
export function joinChanges(before: Changes | undefined, more: Changes): Changes {
  if (before === undefined) return more;
  if (before === "all" || more === "all") return "all";
  const sorted = [...before, ...more].sort((a, b) => a.from - b.from);
  const joined: ChangedRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && range.from <= last.to) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else joined.push(range);
  }
  const [first] = joined;
  if (joined.length <= RANGES_MAX || first === undefined) return joined;
  return [{ from: first.from, to: Math.max(...joined.map((range) => range.to)) }];
}
