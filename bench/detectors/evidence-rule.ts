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

/** The first window (from 1) at whose end M reaches each of the lines, ascending; null where it does not. */
export function firstCrossings<Window, State>(
  detector: EvidenceDetector<Window, State>,
  windows: Iterable<Window>,
  patiences: readonly number[],
): (number | null)[] {
  const found: (number | null)[] = patiences.map(() => null);
  const state = detector.start();
  let time = 0;
  let line = 0;
  for (const window of windows) {
    time++;
    detector.stepInto(state, window);
    const logEvidence = detector.logEvidence(state);
    while (line < patiences.length && logEvidence >= Math.log(patiences[line] ?? 0)) found[line++] = time;
    if (line === patiences.length) break;
  }
  return found;
}
