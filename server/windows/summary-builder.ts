import type { CellRun } from "#server/windows/bit-reader.ts";
import {
  BLOCK,
  CALIBRATION_UNIT,
  CONFUSION_SIDE,
  COUNTER,
  ERROR_SUM,
  FEATURE_CELL,
  featureOfBlock,
  LIST_SUM,
  LOSS_SUM,
  MOMENT_SLOT,
  MOST_SUMS,
} from "#server/windows/cells.ts";
import { readGeneration, type TallySink, visitTally } from "#server/windows/decode-tally.ts";
import { addPair, deviations, sumOf } from "#server/windows/exact-sum.ts";
import { LABEL_AGE_CELLS } from "#server/windows/label-ages.ts";
import { LATENCY_BINS } from "#server/windows/latency-grid.ts";
import { binCount, type FeatureLayout, type Layout } from "#server/windows/layout.ts";
import { LOG_GRID_EDGES } from "#server/windows/log-grid.ts";
import { EMPTY_MOMENTS, mergeMoments } from "#server/windows/moments.ts";
import { mergeNewValues, type NewValues } from "#server/windows/new-values.ts";
import { CALIBRATION_BINS, SCORE_BINS } from "#server/windows/score-grid.ts";
import type { FeatureSummary, Moments, OutputSummary, Spread, Summary } from "#server/windows/summary.ts";

/** What of a summary is wanted; the rest stays empty and costs nothing to decode. Everything when left out. */
export interface SummaryPick {
  /** Names of features; all when left out. */
  readonly features?: readonly string[];
  /** Default true. */
  readonly output?: boolean;
  /** Default true. */
  readonly latency?: boolean;
  /** Default true. False where counts alone are asked for: no feature then has moments or new values. */
  readonly moments?: boolean;
}

const NO_COUNTS = new Float64Array(0);
const NO_NEW_VALUES: NewValues = new Map();
const COUNTERS = 16;

/** A feature that was not picked: never written to. */
const NOT_PICKED: FeatureSummary = {
  counts: NO_COUNTS,
  absent: 0,
  nulls: 0,
  invalid: 0,
  coerced: 0,
  outOfRange: 0,
  moments: EMPTY_MOMENTS,
  newValues: NO_NEW_VALUES,
};

interface FeatureSums {
  /** By FEATURE_CELL, then the bins; those of categories without a name are filled in the end. */
  readonly cells: Float64Array;
  /** Cells from here on have no name. */
  readonly named: number;
  /** Null for numbers. */
  readonly otherBin: number | null;
  newValues: NewValues;
}

/** Adds stored tallies up into one dense summary. */
export class SummaryBuilder implements TallySink {
  private readonly layout: Layout;
  private readonly features: ReadonlyArray<FeatureSums | null>;
  private readonly withOutput: boolean;
  private readonly withLatency: boolean;
  private readonly withMoments: boolean;
  private readonly counters = new Float64Array(COUNTERS);
  private readonly blocks: Readonly<Record<number, Float64Array>>;
  private readonly slots: Moments[];
  private readonly exact = new Float64Array(MOST_SUMS * 2);
  private firstTs = Number.POSITIVE_INFINITY;
  private lastTs = Number.NEGATIVE_INFINITY;
  /** Predictions in tallies whose feature counts are readable: the ones that absence is told from. */
  private comparable = 0;
  private isStale = false;

  constructor(layout: Layout, pick: SummaryPick = {}) {
    this.layout = layout;
    const picked = pick.features === undefined ? null : new Set(pick.features);
    this.withOutput = pick.output ?? true;
    this.withLatency = pick.latency ?? true;
    this.withMoments = pick.moments ?? true;
    const isPicked = ({ name }: FeatureLayout): boolean => picked === null || picked.has(name);
    this.features = featureSums(layout.features.map((feature) => (isPicked(feature) ? feature : null)));
    this.slots = Array.from(
      { length: MOMENT_SLOT.firstFeature + layout.features.length },
      () => EMPTY_MOMENTS,
    );
    this.blocks = outputBlocks(layout, this.withOutput, this.withLatency);
  }

  /** Adds a stored tally. One of another generation brings only what does not depend on the layout. */
  add(bytes: Uint8Array): void {
    this.isStale = readGeneration(bytes) !== this.layout.generation;
    const before = this.counters[COUNTER.predictions] ?? 0;
    visitTally(bytes, this);
    if (!this.isStale) this.comparable += (this.counters[COUNTER.predictions] ?? 0) - before;
  }

  wants(block: number): boolean {
    if (block === BLOCK.counters) return true;
    const feature = featureOfBlock(block);
    if (feature >= 0) return !this.isStale && (this.features[feature] ?? null) !== null;
    return this.blocks[block] !== undefined && !(this.isStale && LAYOUT_BLOCKS.has(block));
  }

  wantsRest(block: number): boolean {
    return this.withMoments || featureOfBlock(block) < 0;
  }

  cells(block: number, run: CellRun, length: number): void {
    const feature = featureOfBlock(block);
    if (feature >= 0) addFeatureCells(this.features[feature] ?? null, run, length);
    else if (block === BLOCK.counters) addCells(this.counters, run, length);
    else this.outputCells(block, run, length);
  }

  moments(slot: number, moments: Moments): void {
    if (!this.withMoments && slot >= MOMENT_SLOT.firstFeature) return;
    this.slots[slot] = mergeMoments(this.slots[slot] ?? EMPTY_MOMENTS, moments);
  }

  newValues(feature: number, values: NewValues): void {
    if (!this.withMoments) return;
    const sums = this.features[feature] ?? null;
    if (sums !== null) sums.newValues = mergeNewValues(sums.newValues, values);
  }

  times(firstTs: number, lastTs: number): void {
    this.firstTs = Math.min(this.firstTs, firstTs);
    this.lastTs = Math.max(this.lastTs, lastTs);
  }

  sums(sums: Float64Array): void {
    for (let slot = 0; slot * 2 < sums.length; slot += 1) {
      addPair(this.exact, slot, sums[slot * 2] ?? 0, sums[slot * 2 + 1] ?? 0);
    }
  }

  finish(): Summary {
    return {
      predictions: this.counters[COUNTER.predictions] ?? 0,
      labelled: this.counters[COUNTER.labelled] ?? 0,
      labelAges: this.blocks[BLOCK.labelAges] ?? NO_COUNTS,
      firstTs: this.firstTs,
      lastTs: this.lastTs,
      features: this.features.map((sums, index) => this.feature(sums, index)),
      output: this.output(),
      latency: { counts: this.blocks[BLOCK.latency] ?? NO_COUNTS, moments: this.slot(MOMENT_SLOT.latency) },
    };
  }

  private outputCells(block: number, run: CellRun, length: number): void {
    const counts = this.blocks[block];
    if (counts === undefined) return;
    const classes = this.layout.classes.length;
    if (block === BLOCK.predictedClass) addCells(counts, run, length, (cell) => Math.min(cell, classes));
    else if (block === BLOCK.confusion) {
      addCells(counts, run, length, (cell) => {
        const actual = Math.min(Math.floor(cell / CONFUSION_SIDE), classes);
        return actual * (classes + 1) + Math.min(cell % CONFUSION_SIDE, classes);
      });
    } else addCells(counts, run, length);
  }

  private feature(sums: FeatureSums | null, index: number): FeatureSummary {
    if (sums === null) return NOT_PICKED;
    const { cells } = sums;
    const counts = binsOf(sums);
    const nulls = cells[FEATURE_CELL.nulls] ?? 0;
    const invalid = cells[FEATURE_CELL.invalid] ?? 0;
    let present = nulls + invalid;
    for (const count of counts) present += count;
    return {
      counts,
      absent: Math.max(0, this.comparable - present),
      nulls,
      invalid,
      coerced: cells[FEATURE_CELL.coerced] ?? 0,
      outOfRange: cells[FEATURE_CELL.outOfRange] ?? 0,
      moments: this.slot(MOMENT_SLOT.firstFeature + index),
      newValues: sums.newValues,
    };
  }

  private slot(slot: number): Moments {
    return this.slots[slot] ?? EMPTY_MOMENTS;
  }

  private counter(counter: number): number {
    return this.counters[counter] ?? 0;
  }

  private block(block: number): Float64Array {
    return this.blocks[block] ?? NO_COUNTS;
  }

  private spread(slot: number, slotSquared: number, n = this.counter(COUNTER.scored)): Spread {
    if (n === 0) return { n: 0, mean: 0, m2: 0 };
    return { n, mean: sumOf(this.exact, slot) / n, m2: deviations(this.exact, slot, slotSquared, n) };
  }

  private output(): OutputSummary {
    const { task } = this.layout;
    if (task === "binary") return this.binary();
    if (task === "multiclass") return this.multiclass();
    if (task === "regression") return this.regression();
    return this.ranking();
  }

  private binary(): OutputSummary {
    return {
      kind: "binary",
      scores: this.block(BLOCK.scores),
      probability: this.slot(MOMENT_SLOT.output),
      positives: this.block(BLOCK.positives),
      negatives: this.block(BLOCK.negatives),
      calibration: this.block(BLOCK.calibration).map((units) => units * CALIBRATION_UNIT),
      confusion: {
        tp: this.counter(COUNTER.truePositive),
        fp: this.counter(COUNTER.falsePositive),
        tn: this.counter(COUNTER.trueNegative),
        fn: this.counter(COUNTER.falseNegative),
      },
      decisions: {
        positive: this.counter(COUNTER.decidedPositive),
        negative: this.counter(COUNTER.decidedNegative),
      },
      logLoss: this.spread(LOSS_SUM.logLoss, LOSS_SUM.logLossSquared),
      brier: this.spread(LOSS_SUM.brier, LOSS_SUM.brierSquared),
      clipped: this.counter(COUNTER.clipped),
      labels: {
        positive: this.counter(COUNTER.labelPositive),
        negative: this.counter(COUNTER.labelNegative),
        unreadable: this.counter(COUNTER.labelUnreadable),
      },
    };
  }

  private multiclass(): OutputSummary {
    return {
      kind: "multiclass",
      predicted: this.block(BLOCK.predictedClass),
      confusion: this.block(BLOCK.confusion),
      logLoss: this.spread(LOSS_SUM.logLoss, LOSS_SUM.logLossSquared),
      brier: this.spread(LOSS_SUM.brier, LOSS_SUM.brierSquared),
      clipped: this.counter(COUNTER.clipped),
      unreadable: this.counter(COUNTER.labelUnreadable),
    };
  }

  private regression(): OutputSummary {
    return {
      kind: "regression",
      predicted: this.block(BLOCK.predictedValue),
      value: this.slot(MOMENT_SLOT.output),
      error: this.spread(ERROR_SUM.error, ERROR_SUM.errorSquared),
      absoluteError: this.spread(ERROR_SUM.absolute, ERROR_SUM.errorSquared),
      squaredError: this.spread(ERROR_SUM.errorSquared, ERROR_SUM.errorFourth),
      label: this.spread(ERROR_SUM.label, ERROR_SUM.labelSquared),
      residuals: this.block(BLOCK.residuals),
      unreadable: this.counter(COUNTER.labelUnreadable),
    };
  }

  private ranking(): OutputSummary {
    const withoutRelevant = this.counter(COUNTER.withoutRelevant);
    const judged = this.counter(COUNTER.scored) - withoutRelevant;
    return {
      kind: "ranking",
      lists: this.counter(COUNTER.lists),
      normalisedGain: this.spread(LIST_SUM.normalisedGain, LIST_SUM.normalisedGainSquared, judged),
      averagePrecision: this.spread(LIST_SUM.averagePrecision, LIST_SUM.averagePrecisionSquared, judged),
      reciprocalRank: this.spread(LIST_SUM.reciprocalRank, LIST_SUM.reciprocalRankSquared),
      precision: this.spread(LIST_SUM.precision, LIST_SUM.precisionSquared),
      withoutRelevant,
      unreadable: this.counter(COUNTER.labelUnreadable),
    };
  }
}

function addCells(
  into: Float64Array,
  { cells, counts }: CellRun,
  length: number,
  place?: (cell: number) => number,
): void {
  for (let index = 0; index < length; index += 1) {
    const cell = cells[index] ?? 0;
    const at = place === undefined ? cell : place(cell);
    into[at] = (into[at] ?? 0) + (counts[index] ?? 0);
  }
}

function addFeatureCells(sums: FeatureSums | null, { cells, counts }: CellRun, length: number): void {
  if (sums === null) return;
  const { cells: into, named: end } = sums;
  for (let index = 0; index < length; index += 1) {
    const cell = cells[index] ?? 0;
    // A category that this layout does not know yet has no name to be shown under.
    const at = cell < end ? cell : FEATURE_CELL.other;
    into[at] = (into[at] ?? 0) + (counts[index] ?? 0);
  }
}

/** Counts by bin; of categories, `other` and `new` come last. */
function binsOf({ cells, named, otherBin }: FeatureSums): Float64Array {
  if (otherBin !== null) {
    cells[named] = cells[FEATURE_CELL.other] ?? 0;
    cells[named + 1] = cells[FEATURE_CELL.unseen] ?? 0;
  }
  return cells.subarray(FEATURE_CELL.firstBin);
}

/** Blocks whose cells mean something only together with the layout they were folded with. */
const LAYOUT_BLOCKS: ReadonlySet<number> = new Set([
  BLOCK.predictedValue,
  BLOCK.predictedClass,
  BLOCK.confusion,
]);

/** All in one piece of memory: a chart makes one of these for each of its windows. */
function featureSums(features: readonly (FeatureLayout | null)[]): (FeatureSums | null)[] {
  const sizes = features.map((feature) =>
    feature === null ? 0 : FEATURE_CELL.firstBin + binCount(feature.bins),
  );
  const memory = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  let start = 0;
  return features.map((feature, index) => {
    if (feature === null) return null;
    const cells = memory.subarray(start, start + (sizes[index] ?? 0));
    start += cells.length;
    const otherBin = feature.bins.kind === "category" ? feature.bins.categories.length : null;
    const named = otherBin === null ? cells.length : FEATURE_CELL.firstBin + otherBin;
    return { cells, named, otherBin, newValues: NO_NEW_VALUES };
  });
}

function outputBlocks(
  layout: Layout,
  withOutput: boolean,
  withLatency: boolean,
): Record<number, Float64Array> {
  const side = layout.classes.length + 1;
  const sizes: Record<Layout["task"], ReadonlyArray<readonly [number, number]>> = {
    binary: [
      [BLOCK.scores, SCORE_BINS],
      [BLOCK.positives, SCORE_BINS],
      [BLOCK.negatives, SCORE_BINS],
      [BLOCK.calibration, CALIBRATION_BINS],
    ],
    multiclass: [
      [BLOCK.predictedClass, side],
      [BLOCK.confusion, side * side],
    ],
    regression: [
      [BLOCK.predictedValue, layout.output === null ? 0 : binCount(layout.output.bins)],
      [BLOCK.residuals, LOG_GRID_EDGES.length + 1],
    ],
    ranking: [],
  };
  const blocks: Record<number, Float64Array> = {};
  if (withOutput) for (const [block, size] of sizes[layout.task]) blocks[block] = new Float64Array(size);
  if (withOutput) blocks[BLOCK.labelAges] = new Float64Array(LABEL_AGE_CELLS);
  if (withLatency) blocks[BLOCK.latency] = new Float64Array(LATENCY_BINS);
  return blocks;
}
