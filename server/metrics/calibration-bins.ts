import type { CalibrationBin } from "#server/stats/accuracy/calibration-error.ts";
import { CALIBRATION_BINS, calibrationBin, SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type { BinaryOutput } from "#server/windows/summary.ts";

const GROUPS = 10;

/**
 * Ten bins in which calibration error is measured: of equal mass in the reference, so that they are the same for
 * every window, else ten of equal width.
 */
export function calibrationBins(
  output: BinaryOutput,
  referenceScores: Float64Array | null,
): { bins: CalibrationBin[]; method: string } {
  const byMass = referenceScores === null ? null : equalMassGroups(referenceScores, GROUPS);
  if (byMass === null) return { bins: equalWidthBins(output, GROUPS), method: "ece@10-width/v1" };
  return { bins: groupedBins(output, byMass), method: "ece@10-mass/v1" };
}

/** What calibration is told from. */
export type LabelledScores = Pick<BinaryOutput, "positives" | "negatives" | "calibration">;

/** Exact sums: score edges include every multiple of 0.05. */
export function equalWidthBins(output: LabelledScores, count: number): CalibrationBin[] {
  const bins = Array.from({ length: count }, () => ({ rows: 0, probability: 0, positives: 0 }));
  const groupOf = (fine: number): number => Math.floor((fine * count) / CALIBRATION_BINS);
  output.calibration.forEach((sum, fine) => {
    const bin = bins[groupOf(fine)];
    if (bin !== undefined) bin.probability += sum;
  });
  for (let score = 0; score < SCORE_BINS; score++) {
    const bin = bins[groupOf(CALIBRATION_BIN_OF_SCORE[score] ?? 0)];
    if (bin !== undefined) addRows(bin, output, score);
  }
  return bins;
}

const CALIBRATION_BIN_OF_SCORE = Int32Array.from({ length: SCORE_BINS }, (_, bin) => {
  const { from, to } = scoreBinRange(bin);
  return calibrationBin((from + to) / 2);
});

/** Score bin → group: about the same number of reference rows each. Null without reference scores. */
export function equalMassGroups(scores: Float64Array, count: number): Int32Array | null {
  const total = scores.reduce((sum, rows) => sum + rows, 0);
  if (!(total > 0)) return null;
  let below = 0;
  return Int32Array.from(scores, (rows) => {
    // A score bin belongs where its middle row falls.
    const group = Math.floor(((below + rows / 2) / total) * count);
    below += rows;
    return Math.min(count - 1, group);
  });
}

function groupedBins(output: BinaryOutput, groups: Int32Array): CalibrationBin[] {
  const bins = Array.from({ length: GROUPS }, () => ({ rows: 0, probability: 0, positives: 0 }));
  const shifts = meanShifts(output);
  for (let score = 0; score < SCORE_BINS; score++) {
    const bin = bins[groups[score] ?? 0];
    const rows = (output.positives[score] ?? 0) + (output.negatives[score] ?? 0);
    if (bin === undefined || rows === 0) continue;
    addRows(bin, output, score);
    bin.probability += rows * (middleOf(score) + (shifts[CALIBRATION_BIN_OF_SCORE[score] ?? 0] ?? 0));
  }
  return bins;
}

/** By how much the rows' true mean in each exact bin differs from the middles of their score bins. */
function meanShifts(output: BinaryOutput): Float64Array {
  const rows = new Float64Array(CALIBRATION_BINS);
  const sums = new Float64Array(CALIBRATION_BINS);
  for (let score = 0; score < SCORE_BINS; score++) {
    const count = (output.positives[score] ?? 0) + (output.negatives[score] ?? 0);
    const fine = CALIBRATION_BIN_OF_SCORE[score] ?? 0;
    rows[fine] = (rows[fine] ?? 0) + count;
    sums[fine] = (sums[fine] ?? 0) + count * middleOf(score);
  }
  return rows.map((count, fine) =>
    count > 0 ? ((output.calibration[fine] ?? 0) - (sums[fine] ?? 0)) / count : 0,
  );
}

function middleOf(score: number): number {
  const { from, to } = scoreBinRange(score);
  return (from + to) / 2;
}

function addRows(bin: { rows: number; positives: number }, output: LabelledScores, score: number): void {
  const positives = output.positives[score] ?? 0;
  bin.rows += positives + (output.negatives[score] ?? 0);
  bin.positives += positives;
}
