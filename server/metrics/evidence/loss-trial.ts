import { rowsPerRow } from "#server/metrics/evidence/dependence.ts";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { Trial, TrialOptions } from "#server/metrics/evidence/evidence-run.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import type { BankState } from "#server/stats/sequential/component-bank.ts";
import { createMeanLossDetector } from "#server/stats/sequential/mean-loss-detector.ts";

interface LossState {
  bank: BankState;
  recentRows: number;
  recentSum: number;
}

type Losses = EvidenceInput & { readonly kind: "losses" };

/** A mean loss against its limit. */
export function lossTrial(
  { logLine, dependence, memoryWindows }: TrialOptions,
  { bound }: EvidenceTest & { kind: "losses" },
): Trial<LossState> {
  const detector = createMeanLossDetector({ limit: bound });
  const decay = 2 ** (-1 / memoryWindows);
  return {
    start: () => ({ bank: detector.start(), recentRows: 0, recentSum: 0 }),
    step: (state, input) => {
      if (input.kind !== "losses") throw new Error("A trial of losses was given something else.");
      const rows = totalOf(input.counts);
      const scale = 1 / rowsPerRow(rows, dependence);
      detector.stepInto(state.bank, {
        values: input.values,
        counts: Float64Array.from(input.counts, (count) => count * scale),
      });
      state.recentRows = decay * state.recentRows + rows;
      state.recentSum = decay * state.recentSum + sumOf(input);
      const logEvidence = Math.max(0, detector.logEvidence(state.bank));
      const onset = logEvidence > 0 ? detector.leading(state.bank).onset : null;
      const crossed = logEvidence >= logLine;
      if (crossed) state.bank = detector.restart(state.bank);
      const isBeyond = state.recentSum > bound * state.recentRows;
      return {
        logEvidence,
        onset,
        route: "beyond",
        crossed,
        holds: isBeyond || (!crossed && logEvidence > 0),
      };
    },
  };
}

function sumOf({ values, counts }: Losses): number {
  let sum = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] ?? 0;
    if (count > 0) sum += count * (values[bucket] ?? 0);
  }
  return sum;
}
