import { DAY_MS } from "#server/windows/levels.ts";

/** Labels came within so many days of their prediction; a last bucket holds whatever came later. */
export const LABEL_AGE_DAYS = [1, 3, 7, 14, 30] as const;
export const LABEL_AGES = LABEL_AGE_DAYS.length + 1;

/** What is counted by age: every readable label, and of binary models the decisions that it judged. */
export const AGE_KIND = { labelled: 0, tp: 1, fp: 2, tn: 3, fn: 4 } as const;
const KINDS = 5;

/** Length of a summary's counts by age. */
export const LABEL_AGE_CELLS = LABEL_AGES * KINDS;

/** A label from before its prediction (clocks differ) is as young as can be. */
export function labelAge(predictedMs: number, labelledMs: number): number {
  const days = (labelledMs - predictedMs) / DAY_MS;
  const age = LABEL_AGE_DAYS.findIndex((limit) => days <= limit);
  return age < 0 ? LABEL_AGES - 1 : age;
}

export function ageCell(age: number, kind: number): number {
  return age * KINDS + kind;
}
