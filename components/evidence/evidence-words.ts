import { integer } from "#components/ui/format.ts";
import { evidenceLine, evidenceWords } from "#components/ui/metric-words.ts";
import { dayText } from "#components/ui/time.ts";
import type { SlotEvidence } from "#server/api/contract.ts";

/** `evidence ×38 of the ×6,300 at which it alarms` */
export function evidenceSentence(evidence: SlotEvidence, zone: string): string {
  const line = evidenceLine(evidence.line);
  const what =
    evidence.route === "changed"
      ? "that it changed from what came before, by more than the limit"
      : "that it lies beyond the limit";
  if (evidence.log10 <= 0) return `No evidence ${what}; it would alarm at ${line}.`;
  const since =
    evidence.onset === null ? "" : `, most likely since ${dayText(Date.parse(evidence.onset), zone)}`;
  const reached = evidence.log10 >= evidence.line ? "has crossed" : "is short of";
  return `Evidence ${evidenceWords(evidence.log10)} ${what}${since}; it ${reached} the ${line} at which it alarms.`;
}

/** `at most one false alarm in 13 weeks` */
export function budgetWords(weeks: number): string {
  if (weeks === 13) return "at most one false alarm a quarter";
  if (weeks === 52) return "at most one false alarm a year";
  return weeks === 1
    ? "at most one false alarm a week"
    : `at most one false alarm in ${integer(weeks)} weeks`;
}
