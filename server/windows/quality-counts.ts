import type { WindowRecord } from "#server/store/event-store.ts";
import type { CellRun } from "#server/windows/bit-reader.ts";
import { BLOCK, COUNTER, FEATURE_CELL, featureOfBlock } from "#server/windows/cells.ts";
import { readGeneration, type TallySink, visitTally } from "#server/windows/decode-tally.ts";
import { LATENCY_BINS } from "#server/windows/latency-grid.ts";
import type { Layout } from "#server/windows/layout.ts";
import { mergeNewValues, type NewValues } from "#server/windows/new-values.ts";
import { type SegmentChoice, segmentBytes } from "#server/windows/read-summaries.ts";

/** Nothing yet, or cells that several values share: no single one can be named. */
const NONE = -1;
const SEVERAL = -2;

/** What a stretch says of one feature's quality: everything but where in its range the values lie. */
export interface FeatureQuality {
  valid: number;
  nulls: number;
  invalid: number;
  coerced: number;
  outOfRange: number;
  unseen: number;
  /** The only bin that any value fell into; −1 without values, −2 where there were several. */
  onlyCell: number;
}

/**
 * Adds windows up for what data quality asks, and nothing else: a few counts a feature instead of all its bins, so
 * that hundreds of windows are looked at one by one within a page's time.
 */
export class QualityCounts implements TallySink {
  readonly features: readonly FeatureQuality[];
  /** By bin of the latency grid. */
  readonly latency: Float64Array;
  predictions = 0;
  /** Predictions in windows whose feature counts are readable. */
  comparable = 0;
  firstTs = Number.POSITIVE_INFINITY;
  lastTs = Number.NEGATIVE_INFINITY;
  readonly #layout: Layout;
  readonly #newValues: Map<string, NewValues> | null;
  #isStale = false;
  #own = 0;

  /** Latencies and new values of several stretches may be collected in one place. */
  constructor(
    layout: Layout,
    latency: Float64Array = new Float64Array(LATENCY_BINS),
    newValues: Map<string, NewValues> | null = null,
  ) {
    this.#layout = layout;
    this.#newValues = newValues;
    this.latency = latency;
    this.features = layout.features.map(() => ({
      valid: 0,
      nulls: 0,
      invalid: 0,
      coerced: 0,
      outOfRange: 0,
      unseen: 0,
      onlyCell: NONE,
    }));
  }

  /** One stored window, or what it holds of a segment. One of another generation brings its row count alone. */
  add(record: Pick<WindowRecord, "summary" | "segments">, segment: SegmentChoice | null): void {
    this.#isStale = readGeneration(record.summary) !== this.#layout.generation;
    this.#own = 0;
    for (const bytes of segment === null ? [record.summary] : segmentBytes(record, this.#layout, segment)) {
      visitTally(bytes, this);
    }
    if (!this.#isStale) this.comparable += this.#own;
  }

  wants(block: number): boolean {
    if (block === BLOCK.counters || block === BLOCK.latency) return true;
    const feature = featureOfBlock(block);
    return feature >= 0 && !this.#isStale && feature < this.features.length;
  }
  /** Of a number's moments nothing is asked, and they are the dearest to read. */
  wantsRest(block: number): boolean {
    return this.#layout.features[featureOfBlock(block)]?.type === "category";
  }

  cells(block: number, run: CellRun, length: number): void {
    const feature = featureOfBlock(block);
    if (feature >= 0) this.#feature(feature, run, length);
    else if (block === BLOCK.counters) this.#counters(run, length);
    else if (block === BLOCK.latency) this.#latency(run, length);
  }

  moments(): void {}
  newValues(index: number, values: NewValues): void {
    const name = this.#layout.features[index]?.name;
    if (name === undefined || this.#newValues === null) return;
    this.#newValues.set(name, mergeNewValues(this.#newValues.get(name) ?? new Map(), values));
  }
  times(firstTs: number, lastTs: number): void {
    this.firstTs = Math.min(this.firstTs, firstTs);
    this.lastTs = Math.max(this.lastTs, lastTs);
  }
  sums(): void {}

  #counters({ cells, counts }: CellRun, length: number): void {
    for (let index = 0; index < length; index++) {
      if (cells[index] === COUNTER.predictions) {
        this.predictions += counts[index] ?? 0;
        this.#own += counts[index] ?? 0;
      }
    }
  }

  #latency({ cells, counts }: CellRun, length: number): void {
    for (let index = 0; index < length; index++) {
      const cell = cells[index] ?? 0;
      this.latency[cell] = (this.latency[cell] ?? 0) + (counts[index] ?? 0);
    }
  }

  #feature(index: number, { cells, counts }: CellRun, length: number): void {
    const feature = this.features[index];
    if (feature === undefined) return;
    for (let at = 0; at < length; at++) addCell(feature, cells[at] ?? 0, counts[at] ?? 0);
  }
}

function addCell(feature: FeatureQuality, cell: number, count: number): void {
  if (cell >= FEATURE_CELL.other) {
    feature.valid += count;
    if (cell === FEATURE_CELL.unseen) feature.unseen += count;
    // Many values share `other` and `new`, so one cell of them is no single value.
    const named = cell >= FEATURE_CELL.firstBin ? cell : SEVERAL;
    if (feature.onlyCell === NONE) feature.onlyCell = named;
    else if (feature.onlyCell !== named) feature.onlyCell = SEVERAL;
  } else if (cell === FEATURE_CELL.nulls) feature.nulls += count;
  else if (cell === FEATURE_CELL.invalid) feature.invalid += count;
  else if (cell === FEATURE_CELL.coerced) feature.coerced += count;
  else if (cell === FEATURE_CELL.outOfRange) feature.outOfRange += count;
}

/** One category; of a number one fine bin, which of a reference holds a fiftieth of the values, or one value alone. */
export function hasOneValue({ onlyCell }: Pick<FeatureQuality, "onlyCell">): boolean {
  return onlyCell >= 0;
}

/** Adds one stretch's counts to another's; latencies are left alone. */
export function addQuality(into: QualityCounts, own: QualityCounts): void {
  into.predictions += own.predictions;
  into.comparable += own.comparable;
  into.firstTs = Math.min(into.firstTs, own.firstTs);
  into.lastTs = Math.max(into.lastTs, own.lastTs);
  into.features.forEach((feature, index) => {
    const other = own.features[index];
    if (other !== undefined) addFeature(feature, other);
  });
}

function addFeature(into: FeatureQuality, own: FeatureQuality): void {
  into.valid += own.valid;
  into.nulls += own.nulls;
  into.invalid += own.invalid;
  into.coerced += own.coerced;
  into.outOfRange += own.outOfRange;
  into.unseen += own.unseen;
  if (into.onlyCell === NONE) into.onlyCell = own.onlyCell;
  else if (own.onlyCell !== NONE && own.onlyCell !== into.onlyCell) into.onlyCell = SEVERAL;
}
