import {
  BLOCK,
  CALIBRATION_UNIT,
  CONFUSION_SIDE,
  COUNTER,
  ERROR_SUM,
  FEATURE_CELL,
  featureOfBlock,
  LOSS_SUM,
  MOMENT_SLOT,
} from "#server/windows/cells.ts";
import { readGeneration, type TallySink, visitTally } from "#server/windows/decode-tally.ts";
import { addPair, deviations, sumOf } from "#server/windows/exact-sum.ts";
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
  readonly counts: Float64Array;
  /** By FEATURE_CELL below firstBin; `other` and `unseen` are in counts. */
  readonly special: Float64Array;
  readonly otherBin: number;
  newValues: NewValues;
}

/** Adds stored tallies up into one dense summary. */
export class SummaryBuilder implements TallySink {
  private readonly layout: Layout;
  private readonly features: ReadonlyArray<FeatureSums | null>;
  private readonly withOutput: boolean;
  private readonly withLatency: boolean;
  private readonly counters = new Float64Array(COUNTERS);
  private readonly blocks: Readonly<Record<number, Float64Array>>;
  private readonly slots: Moments[];
  private readonly exact = new Float64Array(12);
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
    this.features = layout.features.map((feature) =>
      picked === null || picked.has(feature.name) ? featureSums(feature) : null,
    );
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

  cell(block: number, cell: number, count: number): void {
    const feature = featureOfBlock(block);
    if (feature >= 0) this.featureCell(this.features[feature] ?? null, cell, count);
    else if (block === BLOCK.counters) this.counters[cell] = (this.counters[cell] ?? 0) + count;
    else this.outputCell(block, cell, count);
  }

  moments(slot: number, moments: Moments): void {
    this.slots[slot] = mergeMoments(this.slots[slot] ?? EMPTY_MOMENTS, moments);
  }

  newValues(feature: number, values: NewValues): void {
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
      firstTs: this.firstTs,
      lastTs: this.lastTs,
      features: this.features.map((sums, index) => this.feature(sums, index)),
      output: this.output(),
      latency: { counts: this.blocks[BLOCK.latency] ?? NO_COUNTS, moments: this.slot(MOMENT_SLOT.latency) },
    };
  }

  private featureCell(sums: FeatureSums | null, cell: number, count: number): void {
    if (sums === null) return;
    if (cell < FEATURE_CELL.firstBin && cell !== FEATURE_CELL.other && cell !== FEATURE_CELL.unseen) {
      sums.special[cell] = (sums.special[cell] ?? 0) + count;
      return;
    }
    const { counts, otherBin } = sums;
    let bin = cell - FEATURE_CELL.firstBin;
    if (cell === FEATURE_CELL.unseen) bin = otherBin + 1;
    // A category that this layout does not know yet has no name to be shown under.
    else if (cell === FEATURE_CELL.other || bin >= otherBin) bin = otherBin;
    counts[bin] = (counts[bin] ?? 0) + count;
  }

  private outputCell(block: number, cell: number, count: number): void {
    const counts = this.blocks[block];
    if (counts === undefined) return;
    const classes = this.layout.classes.length;
    let at = cell;
    if (block === BLOCK.predictedClass) at = Math.min(cell, classes);
    if (block === BLOCK.confusion) {
      const actual = Math.min(Math.floor(cell / CONFUSION_SIDE), classes);
      at = actual * (classes + 1) + Math.min(cell % CONFUSION_SIDE, classes);
    }
    counts[at] = (counts[at] ?? 0) + count;
  }

  private feature(sums: FeatureSums | null, index: number): FeatureSummary {
    if (sums === null) return NOT_PICKED;
    const { counts, special } = sums;
    const nulls = special[FEATURE_CELL.nulls] ?? 0;
    const invalid = special[FEATURE_CELL.invalid] ?? 0;
    let present = nulls + invalid;
    for (const count of counts) present += count;
    return {
      counts,
      absent: Math.max(0, this.comparable - present),
      nulls,
      invalid,
      coerced: special[FEATURE_CELL.coerced] ?? 0,
      outOfRange: special[FEATURE_CELL.outOfRange] ?? 0,
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

  private spread(slot: number, slotSquared: number): Spread {
    const n = this.counter(COUNTER.scored);
    if (n === 0) return { n: 0, mean: 0, m2: 0 };
    return { n, mean: sumOf(this.exact, slot) / n, m2: deviations(this.exact, slot, slotSquared, n) };
  }

  private output(): OutputSummary {
    const { task } = this.layout;
    if (task === "binary") return this.binary();
    if (task === "multiclass") return this.multiclass();
    if (task === "regression") return this.regression();
    return { kind: "ranking", lists: this.counter(COUNTER.lists) };
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
}

/** Blocks whose cells mean something only together with the layout they were folded with. */
const LAYOUT_BLOCKS: ReadonlySet<number> = new Set([
  BLOCK.predictedValue,
  BLOCK.predictedClass,
  BLOCK.confusion,
]);

function featureSums(feature: FeatureLayout): FeatureSums {
  const { bins } = feature;
  return {
    counts: new Float64Array(binCount(bins)),
    special: new Float64Array(FEATURE_CELL.firstBin),
    otherBin: bins.kind === "category" ? bins.categories.length : Number.POSITIVE_INFINITY,
    newValues: NO_NEW_VALUES,
  };
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
  if (withLatency) blocks[BLOCK.latency] = new Float64Array(LATENCY_BINS);
  return blocks;
}
