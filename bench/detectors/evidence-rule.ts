import type { EvidenceDetector } from "#server/stats/sequential/evidence-detector.ts";
import type { Judge } from "./contest.ts";

/** Alarms at the end of the window in which M reaches A, and begins again without evidence. */
export function judgeEvidence<Window, State>(
  detector: EvidenceDetector<Window, State>,
  patience: number,
): Judge<Window> {
  const line = Math.log(patience);
  let state = detector.start();
  return (window) => {
    detector.stepInto(state, window);
    if (!(detector.logEvidence(state) >= line)) return null;
    state = detector.restart(state);
    return 1;
  };
}
