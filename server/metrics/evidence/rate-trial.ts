import { type Dependence, rowsPerRow } from "#server/metrics/evidence/dependence.ts";
import type { Trial, TrialOptions } from "#server/metrics/evidence/evidence-run.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import type { BankState } from "#server/stats/sequential/component-bank.ts";
import { logMeanExp } from "#server/stats/sequential/log-sum.ts";
import { createRateDetector, type RateWindow } from "#server/stats/sequential/rate-detector.ts";
import { wilsonInterval } from "#server/stats/uncertainty/wilson.ts";

interface RateState {
  /** One a matching of pairs; one alone for events that were counted. */
  draws: BankState[];
  recent: RateWindow;
}

/** A rate of bad events against its limit. */
export function rateTrial(
  { logLine, dependence, memoryWindows, first }: TrialOptions,
  { bound }: EvidenceTest & { kind: "rate" },
): Trial<RateState> {
  const detector = createRateDetector({ upper: bound });
  const decay = 2 ** (-1 / memoryWindows);
  const count = first.kind === "rate" ? first.draws.length : 1;
  return {
    start: () => ({
      draws: Array.from({ length: count }, () => detector.start()),
      recent: { successes: 0, trials: 0 },
    }),
    step: (state, input) => {
      const draws = (input.kind === "rate" ? input.draws : []).map((draw) => thinned(draw, dependence));
      state.draws.forEach((draw, index) => {
        const window = draws[index];
        if (window !== undefined) detector.stepInto(draw, window);
      });
      state.recent = remembered(state.recent, draws[0], decay);
      const logs = state.draws.map((draw) => detector.logEvidence(draw));
      const logEvidence = Math.max(0, logMeanExp(logs));
      const leading = state.draws[logs.indexOf(Math.max(...logs))];
      const onset = leading === undefined || logEvidence <= 0 ? null : detector.leading(leading).onset;
      const crossed = logEvidence >= logLine;
      if (crossed) state.draws = state.draws.map((draw) => detector.restart(draw));
      const holds = isBeyond(state.recent, bound) || (!crossed && logEvidence > 0);
      return { logEvidence, onset, route: "beyond", crossed, holds };
    },
  };
}

function thinned({ successes, trials }: RateWindow, dependence: Dependence): RateWindow {
  const scale = rowsPerRow(trials, dependence);
  return { successes: successes / scale, trials: trials / scale };
}

function remembered(recent: RateWindow, window: RateWindow | undefined, decay: number): RateWindow {
  return {
    successes: decay * recent.successes + (window?.successes ?? 0),
    trials: decay * recent.trials + (window?.trials ?? 0),
  };
}

function isBeyond({ successes, trials }: RateWindow, bound: number): boolean {
  return (wilsonInterval(successes, trials)?.lo ?? 0) > bound;
}
