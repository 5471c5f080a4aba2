import { percent } from "#components/ui/format.ts";
import { HEALTH_SHAPES, STATE_WORDS } from "#components/ui/state.tsx";
import type { FleetRow, HealthState } from "#server/api/contract.ts";

export interface StripRun {
  state: HealthState | null;
  from: number;
  /** In cells. */
  length: number;
}

/** Equal neighbours become one run. */
export function stripRuns(cells: FleetRow["strip"]): StripRun[] {
  const runs: StripRun[] = [];
  for (const [index, cell] of cells.entries()) {
    const last = runs[runs.length - 1];
    if (last && last.state === cell.state) last.length += 1;
    else runs.push({ state: cell.state, from: index, length: 1 });
  }
  return runs;
}

/** `14 % alerting, 57 % warning` of the range; what a reader hears instead of the strip. */
export function stripWords(cells: FleetRow["strip"]): string {
  if (cells.length === 0) return "no history";
  const counts = new Map<HealthState, number>();
  for (const cell of cells)
    if (cell.state !== null) counts.set(cell.state, (counts.get(cell.state) ?? 0) + 1);
  if (counts.size === 0) return "nothing logged";
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(
      ([state, count]) =>
        `${percent(count / cells.length, 0)} ${STATE_WORDS[HEALTH_SHAPES[state]].toLowerCase()}`,
    )
    .join(", ");
}
