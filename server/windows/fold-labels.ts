import { readBinaryClass } from "#server/models/binary-class.ts";
import type { LabelValue, Rows } from "#server/store/columns.ts";
import type { LabelTimes } from "#server/store/event-store.ts";
import { CellScratch } from "#server/windows/cell-scratch.ts";
import {
  BLOCK,
  CALIBRATION_UNIT,
  CONFUSION_SIDE,
  COUNTER,
  cellKey,
  ERROR_SUM,
  LOSS_SUM,
  MOST_SUMS,
} from "#server/windows/cells.ts";
import { addExact, addSquare, trim40 } from "#server/windows/exact-sum.ts";
import { segmentValuesOfRows, type WindowDelta } from "#server/windows/fold-predictions.ts";
import { AGE_KIND, ageCell, labelAge } from "#server/windows/label-ages.ts";
import { count, type Effect, type LabelEffect } from "#server/windows/label-effect.ts";
import { listEffect } from "#server/windows/list-effect.ts";
import { readRelevances } from "#server/windows/list-scores.ts";
import type { LiveLayout } from "#server/windows/live-layout.ts";
import { LOG_GRID_EDGES } from "#server/windows/log-grid.ts";
import { binOf } from "#server/windows/number-bins.ts";
import { numberReader, parseNumber } from "#server/windows/read-columns.ts";
import { binaryRows, type ClassProbability, multiclassRows } from "#server/windows/read-output.ts";
import { groupBySegment, groupByWindow, type RowGroups } from "#server/windows/row-groups.ts";
import { calibrationBin, scoreBin } from "#server/windows/score-grid.ts";
import { segmentId } from "#server/windows/segment-blob.ts";
import { EMPTY_TALLY, type Tally } from "#server/windows/tally.ts";

/** Probabilities nearer to 0 and 1 than this are clipped for the log loss. */
const CLIP = 1e-15;

const scratch = new CellScratch();

/** What changed labels add to the windows: `before` is taken out, `after` is put in. */
export function foldLabels(
  live: LiveLayout,
  rows: Rows,
  positions: Uint32Array,
  before: ReadonlyArray<LabelValue | null>,
  after: ReadonlyArray<LabelValue | null>,
  { widthMs = live.base.windowMs, times }: { widthMs?: number; times?: LabelTimes | undefined } = {},
): WindowDelta[] {
  const apply = labelEffect(live, rows);
  const change = (effect: Effect, j: number): void => {
    const row = positions[j] ?? 0;
    const old = before[j] ?? null;
    const now = after[j] ?? null;
    if (old !== null) apply(effect, row, old, -1);
    if (now !== null) apply(effect, row, now, 1);
  };
  const age = times === undefined ? null : ageEffect(live, rows);
  const changeWithAge = (effect: Effect, j: number): void => {
    change(effect, j);
    if (age === null) return;
    const row = positions[j] ?? 0;
    const old = before[j] ?? null;
    const now = after[j] ?? null;
    if (old !== null) age(effect, row, old, labelAge(rows.ts[row] ?? 0, times?.before[j] ?? 0), -1);
    if (now !== null) age(effect, row, now, labelAge(rows.ts[row] ?? 0, times?.after[j] ?? 0), 1);
  };
  const windows = groupByWindow(rows.ts, positions, widthMs);
  const sumPairs = live.base.task === "ranking" ? MOST_SUMS : SUM_PAIRS;
  const whole = talliesOf(windows, sumPairs, changeWithAge);
  const segments: Array<Array<{ id: number; tally: Tally }>> = windows.starts.map(() => []);
  for (const [key, { values, count }] of segmentValuesOfRows(live, rows, positions).entries()) {
    const groups = groupBySegment(windows, values, count);
    for (const [group, tally] of talliesOf(groups, sumPairs, change).entries()) {
      segments[groups.windows[group] ?? 0]?.push({ id: segmentId(key, groups.values[group] ?? 0), tally });
    }
  }
  return windows.starts.map((start, index) => ({
    start,
    whole: whole[index] ?? EMPTY_TALLY,
    segments: segments[index] ?? [],
  }));
}

/** Changes that windows notice: a label that says the same as before, at about the same age, amends nothing. */
export function amending(
  rows: Pick<Rows, "ts">,
  positions: Uint32Array,
  values: { before: ReadonlyArray<LabelValue | null>; after: ReadonlyArray<LabelValue | null> },
  times: LabelTimes | undefined,
): { positions: Uint32Array; values: typeof values; times: LabelTimes | undefined } {
  const isChange = (j: number): boolean => {
    if (values.before[j] !== values.after[j]) return true;
    if (times === undefined) return false;
    const ts = rows.ts[positions[j] ?? 0] ?? 0;
    return labelAge(ts, times.before[j] ?? 0) !== labelAge(ts, times.after[j] ?? 0);
  };
  const kept = Array.from(positions.keys()).filter(isChange);
  if (kept.length === positions.length) return { positions, values, times };
  const pick = (list: ArrayLike<number>): number[] => kept.map((j) => list[j] ?? 0);
  return {
    positions: Uint32Array.from(pick(positions)),
    values: {
      before: kept.map((j) => values.before[j] ?? null),
      after: kept.map((j) => values.after[j] ?? null),
    },
    times: times && { before: pick(times.before), after: pick(times.after) },
  };
}

function talliesOf(
  groups: RowGroups,
  sumPairs: number,
  change: (effect: Effect, j: number) => void,
): Tally[] {
  const tallies: Tally[] = [];
  for (let group = 0; group < groups.count; group += 1) {
    const sums = new Float64Array(sumPairs * 2);
    const effect = { cells: scratch, sums };
    for (let at = groups.offsets[group] ?? 0; at < (groups.offsets[group + 1] ?? 0); at += 1) {
      change(effect, groups.order[at] ?? 0);
    }
    tallies.push({ ...EMPTY_TALLY, ...scratch.drain(), sums });
  }
  return tallies;
}

/** Of every task but ranking; the stored form of a window has this many. */
const SUM_PAIRS = 6;

function labelEffect(live: LiveLayout, rows: Rows): LabelEffect {
  const { task } = live.base;
  if (task === "binary") return binaryEffect(live, rows);
  if (task === "multiclass") return multiclassEffect(live, rows);
  if (task === "regression") return regressionEffect(rows);
  return listEffect(rows);
}

type AgeEffect = (effect: Effect, row: number, label: LabelValue, age: number, sign: number) => void;

/** Counts a label at its age, and of a binary model the decision that it judges. */
function ageEffect(live: LiveLayout, rows: Rows): AgeEffect {
  const add = (effect: Effect, age: number, kind: number, sign: number): void =>
    effect.cells.add(cellKey(BLOCK.labelAges, ageCell(age, kind)), sign);
  if (live.base.task === "regression")
    return (effect, _row, label, age, sign) => {
      const truth = typeof label === "number" ? label : parseNumber(label);
      if (Number.isFinite(truth)) add(effect, age, AGE_KIND.labelled, sign);
    };
  if (live.base.task === "ranking")
    return (effect, _row, label, age, sign) => {
      if (readRelevances(label) !== null) add(effect, age, AGE_KIND.labelled, sign);
    };
  if (live.base.task !== "binary")
    return (effect, _row, _label, age, sign) => add(effect, age, AGE_KIND.labelled, sign);
  const { decision } = binaryRows(rows, live);
  return (effect, row, label, age, sign) => {
    const truth = readBinaryClass(String(label), live.base.positiveClass);
    if (truth === null) return;
    add(effect, age, AGE_KIND.labelled, sign);
    const decided = decision(row);
    if (decided !== null) add(effect, age, AGE_KIND[outcomeOf(truth, decided)], sign);
  };
}

function outcomeOf(truth: boolean, decided: boolean): "tp" | "fp" | "tn" | "fn" {
  if (decided) return truth ? "tp" : "fp";
  return truth ? "fn" : "tn";
}

function binaryEffect(live: LiveLayout, rows: Rows): LabelEffect {
  const { probability, decision } = binaryRows(rows, live);
  return (effect, row, label, sign) => {
    const truth = readBinaryClass(String(label), live.base.positiveClass);
    if (truth === null) {
      count(effect, COUNTER.labelUnreadable, sign);
      return;
    }
    count(effect, COUNTER.labelled, sign);
    count(effect, truth ? COUNTER.labelPositive : COUNTER.labelNegative, sign);
    const decided = decision(row);
    if (decided !== null) count(effect, confusionCounter(truth, decided), sign);
    const score = probability(row);
    if (!Number.isNaN(score)) scoreEffect(effect, score, truth, sign);
  };
}

function confusionCounter(truth: boolean, decided: boolean): number {
  if (decided) return truth ? COUNTER.truePositive : COUNTER.falsePositive;
  return truth ? COUNTER.falseNegative : COUNTER.trueNegative;
}

function scoreEffect(effect: Effect, score: number, truth: boolean, sign: number): void {
  effect.cells.add(cellKey(truth ? BLOCK.positives : BLOCK.negatives, scoreBin(score)), sign);
  const units = sign * Math.round(score / CALIBRATION_UNIT);
  if (units !== 0) effect.cells.add(cellKey(BLOCK.calibration, calibrationBin(score)), units);
  lossEffect(effect, truth ? score : 1 - score, (score - (truth ? 1 : 0)) ** 2, sign);
}

/** `ofTruth`: the probability that the true class was given. */
function lossEffect(effect: Effect, ofTruth: number, brier: number, sign: number): void {
  const isClipped = ofTruth < CLIP || ofTruth > 1 - CLIP;
  if (isClipped) count(effect, COUNTER.clipped, sign);
  count(effect, COUNTER.scored, sign);
  const logLoss = trim40(-Math.log(Math.min(1 - CLIP, Math.max(CLIP, ofTruth))));
  addExact(effect.sums, LOSS_SUM.logLoss, sign * logLoss);
  addExact(effect.sums, LOSS_SUM.logLossSquared, sign * trim40(logLoss * logLoss));
  addExact(effect.sums, LOSS_SUM.brier, sign * trim40(brier));
  addExact(effect.sums, LOSS_SUM.brierSquared, sign * trim40(brier * brier));
}

function multiclassEffect(live: LiveLayout, rows: Rows): LabelEffect {
  const { predicted, probabilities } = multiclassRows(rows, live);
  return (effect, row, label, sign) => {
    const truth = live.classes.indexOf(String(label));
    count(effect, COUNTER.labelled, sign);
    const said = predicted(row);
    if (said >= 0) effect.cells.add(cellKey(BLOCK.confusion, truth * CONFUSION_SIDE + said), sign);
    classLosses(effect, probabilities, row, truth, sign);
  };
}

/** Log loss of the true class, and the Brier score over all classes. A class without probability has 0. */
function classLosses(
  effect: Effect,
  probabilities: readonly ClassProbability[],
  row: number,
  truth: number,
  sign: number,
): void {
  let ofTruth = 0;
  let brier = 1;
  let known = 0;
  for (const { classIndex, probability } of probabilities) {
    const value = probability(row);
    if (Number.isNaN(value)) continue;
    known += 1;
    brier += value * value;
    if (classIndex !== truth) continue;
    ofTruth = value;
    brier += -2 * value;
  }
  if (known > 0) lossEffect(effect, ofTruth, Math.max(0, brier), sign);
}

const RESIDUAL_EDGES = Float64Array.from(LOG_GRID_EDGES);

function regressionEffect(rows: Rows): LabelEffect {
  const value = numberReader(rows.column("output.value"));
  return (effect, row, label, sign) => {
    const truth = typeof label === "number" ? label : parseNumber(label);
    if (!Number.isFinite(truth)) {
      count(effect, COUNTER.labelUnreadable, sign);
      return;
    }
    count(effect, COUNTER.labelled, sign);
    const predicted = value(row);
    if (isUsable(predicted) && isUsable(truth)) errorEffect(effect, predicted, truth, sign);
  };
}

/** The fourth power of an error beyond this is no number any more, and would never leave the sums again. */
const LARGEST = 1e60;

function isUsable(value: number): boolean {
  return Math.abs(value) < LARGEST;
}

function errorEffect(effect: Effect, predicted: number, truth: number, sign: number): void {
  const error = trim40(predicted - truth);
  const square = trim40(error * error);
  count(effect, COUNTER.scored, sign);
  effect.cells.add(cellKey(BLOCK.residuals, binOf(RESIDUAL_EDGES, error)), sign);
  addExact(effect.sums, ERROR_SUM.error, sign * error);
  addExact(effect.sums, ERROR_SUM.errorSquared, sign * square);
  addExact(effect.sums, ERROR_SUM.absolute, sign * Math.abs(error));
  addExact(effect.sums, ERROR_SUM.errorFourth, sign * trim40(square * square));
  addExact(effect.sums, ERROR_SUM.label, sign * truth);
  addSquare(effect.sums, ERROR_SUM.labelSquared, truth, sign);
}
