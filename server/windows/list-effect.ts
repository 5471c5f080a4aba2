import type { LabelValue, Rows } from "#server/store/columns.ts";
import { COUNTER, LIST_SUM } from "#server/windows/cells.ts";
import { addExact, trim40 } from "#server/windows/exact-sum.ts";
import { count, type Effect, type LabelEffect } from "#server/windows/label-effect.ts";
import { type ListScores, listScores, readItems, readRelevances } from "#server/windows/list-scores.ts";
import { textReader } from "#server/windows/read-columns.ts";

/** Judges lists by the relevances that their labels name. */
export function listEffect(rows: Rows): LabelEffect {
  const judge = listJudge(rows);
  return (effect, row, label, sign) => {
    const verdict = judge(row, label);
    if (verdict === "unreadable") {
      count(effect, COUNTER.labelUnreadable, sign);
      return;
    }
    count(effect, COUNTER.labelled, sign);
    if (verdict !== "no list") addScores(effect, verdict, sign);
  };
}

type Verdict = ListScores | "unreadable" | "no list";

/** The window and each of the row's segments ask for the same: it is read once. */
function listJudge(rows: Rows): (row: number, label: LabelValue) => Verdict {
  const items = textReader(rows.column("output.items"));
  const known = new Map<number, Map<LabelValue, Verdict>>();
  return (row, label) => {
    const ofRow = known.get(row) ?? new Map<LabelValue, Verdict>();
    const before = ofRow.get(label);
    if (before !== undefined) return before;
    const verdict = verdictOn(items(row), label);
    known.set(row, ofRow.set(label, verdict));
    return verdict;
  };
}

function verdictOn(text: string | null, label: LabelValue): Verdict {
  const relevances = readRelevances(label);
  if (relevances === null) return "unreadable";
  const items = readItems(text);
  return items === null ? "no list" : listScores(items, relevances);
}

function addScores(effect: Effect, scores: ListScores, sign: number): void {
  const add = (sum: number, sumSquared: number, score: number): void => {
    const value = trim40(score);
    addExact(effect.sums, sum, sign * value);
    addExact(effect.sums, sumSquared, sign * trim40(value * value));
  };
  count(effect, COUNTER.scored, sign);
  add(LIST_SUM.reciprocalRank, LIST_SUM.reciprocalRankSquared, scores.reciprocalRank);
  add(LIST_SUM.precision, LIST_SUM.precisionSquared, scores.precision);
  if (scores.normalisedGain === null || scores.averagePrecision === null) {
    count(effect, COUNTER.withoutRelevant, sign);
    return;
  }
  add(LIST_SUM.normalisedGain, LIST_SUM.normalisedGainSquared, scores.normalisedGain);
  add(LIST_SUM.averagePrecision, LIST_SUM.averagePrecisionSquared, scores.averagePrecision);
}
