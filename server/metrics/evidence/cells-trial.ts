import { rowsPerRow } from "#server/metrics/evidence/dependence.ts";
import { pooledCells } from "#server/metrics/evidence/evidence-cells.ts";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { Trial, TrialOptions, TrialVerdict } from "#server/metrics/evidence/evidence-run.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import { totalVariationLimits } from "#server/stats/drift/total-variation.ts";
import { type BinDriftState, createBinDriftDetector } from "#server/stats/sequential/bin-drift-detector.ts";
import {
  type ConformalCellsState,
  createConformalCellsDetector,
} from "#server/stats/sequential/conformal-cells-detector.ts";
import { logMeanExp } from "#server/stats/sequential/log-sum.ts";
import { rareCellPooling } from "#server/stats/sequential/pool-rare-cells.ts";
import {
  createTwoSampleBayesDetector,
  type TwoSampleState,
} from "#server/stats/sequential/two-sample-bayes-detector.ts";

interface CellsState {
  beyond: BinDriftState;
  bayes: TwoSampleState;
  conformal: ConformalCellsState;
  recent: Float64Array;
}

type Cells = EvidenceInput & { readonly kind: "cells" };

/** Permutation scores are near normal from about so many rows; smaller windows are left to the two-sample evidence. */
const CONFORMAL_ROWS_MIN = 20;

/**
 * Two ways in which shares by cell can be news, each against the whole line: they lie beyond the tolerance from the
 * reference, which takes a reference large enough to certify that; or they have changed from what came before, by more
 * than the tolerance, which even a small reference lets one see at once.
 */
export function cellsTrial(
  { logLine, dependence, batchRows, memoryWindows }: TrialOptions,
  { tolerance }: EvidenceTest & { kind: "cells" },
  first: Cells,
): Trial<CellsState> {
  const pooling = rareCellPooling(first.reference, { ordered: first.ordered });
  const reference = scaled(pooledCells(first.reference, pooling), rowsPerRow(batchRows, dependence));
  const shape = { reference, ordered: first.ordered };
  const beyond = createBinDriftDetector({ ...shape, tolerance, memoryWindows });
  const bayes = createTwoSampleBayesDetector(shape);
  const conformal = createConformalCellsDetector(shape);

  const changeSince = (state: CellsState, onset: number | null): boolean => {
    const split = onset === null ? null : bayes.split(state.bayes, onset);
    const limits = split === null ? null : totalVariationLimits(split.before, split.after);
    return limits !== null && limits.lo > tolerance;
  };
  const changeVerdict = (state: CellsState) => {
    const assessed = bayes.assess(state.bayes);
    const logEvidence = logMeanExp([assessed.logEvidence, conformal.logEvidence(state.conformal)]);
    return { logEvidence, onset: assessed.onset, newBaseline: assessed.newBaseline };
  };
  return {
    start: () => ({
      beyond: beyond.start(),
      bayes: bayes.start(),
      conformal: conformal.start(),
      recent: new Float64Array(pooling.cells),
    }),
    step: (state, input) => {
      const counts = input.kind === "cells" ? input.counts : [];
      const window = scaled(pooledCells(counts, pooling), rowsPerRow(totalOf(counts), dependence));
      beyond.stepInto(state.beyond, window);
      bayes.stepInto(state.bayes, window);
      conformal.stepInto(
        state.conformal,
        totalOf(window) >= CONFORMAL_ROWS_MIN ? window : new Float64Array(pooling.cells),
      );
      const decay = decayFor(totalOf(window), memoryWindows);
      for (let cell = 0; cell < window.length; cell++) {
        state.recent[cell] = decay * (state.recent[cell] ?? 0) + (window[cell] ?? 0);
      }
      const against = totalVariationLimits(reference, state.recent);
      const isBeyond = against !== null && against.lo > tolerance;
      return verdict(state, isBeyond);
    },
  };

  function verdict(state: CellsState, isBeyond: boolean): TrialVerdict {
    const level = Math.max(0, beyond.logEvidence(state.beyond));
    const change = changeVerdict(state);
    const isChange = change.logEvidence > level && changeSince(state, change.onset);
    const found: Omit<TrialVerdict, "crossed" | "holds"> = isChange
      ? { logEvidence: change.logEvidence, onset: change.onset, route: "changed" }
      : { logEvidence: level, onset: level > 0 ? beyond.leading(state.beyond).onset : null, route: "beyond" };
    const crossed = found.logEvidence >= logLine;
    if (crossed) state.beyond = beyond.restart(state.beyond);
    if (crossed && isChange) rebaseline(state, change.newBaseline);
    return { ...found, crossed, holds: isBeyond || beyond.logEvidence(state.beyond) > 0 };
  }

  /** The data surely since the change are what the next change is told from. */
  function rebaseline(state: CellsState, window: number | null): void {
    if (window === null) return;
    state.bayes = bayes.rebaseline(state.bayes, window);
    state.conformal = { ...conformal.restart(state.conformal), pool: state.bayes.total.slice() };
  }
}

/** Windows that say little are remembered longer, so that the recent ones together can tell whether it holds. */
function decayFor(rows: number, memoryWindows: number): number {
  const enough = Math.min(RECENT_WINDOWS_MAX, RECENT_ROWS / Math.max(rows, 1e-9));
  return 2 ** (-1 / Math.max(memoryWindows, enough));
}
const RECENT_ROWS = 100;
const RECENT_WINDOWS_MAX = 30;

function scaled(counts: Float64Array, rowsPerRow: number): Float64Array {
  return rowsPerRow === 1 ? counts : counts.map((count) => count / rowsPerRow);
}
