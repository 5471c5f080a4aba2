import type { Column, Rows } from "#server/store/columns.ts";
import { BLOCK, COUNTER, cellKey, FEATURE_CELL, featureBlock, MOMENT_SLOT } from "#server/windows/cells.ts";
import { type FeatureCells, featureCells } from "#server/windows/feature-cells.ts";
import { latencyBin } from "#server/windows/latency-grid.ts";
import type { LiveFeature, LiveLayout, LiveSegment } from "#server/windows/live-layout.ts";
import { binOf } from "#server/windows/number-bins.ts";
import { numberReader, textReader } from "#server/windows/read-columns.ts";
import { binaryRows, multiclassRows } from "#server/windows/read-output.ts";
import {
  groupBySegment,
  groupByWindow,
  type RowGroups,
  type SegmentGroups,
  type WindowGroups,
} from "#server/windows/row-groups.ts";
import { scoreBin } from "#server/windows/score-grid.ts";
import { segmentId } from "#server/windows/segment-blob.ts";
import type { Tally } from "#server/windows/tally.ts";
import { countBlock, momentsOfGroups, NO_CELL, TallyBuilder } from "#server/windows/tally-builder.ts";

/** What rows add to one window. */
export interface WindowDelta {
  readonly start: number;
  readonly whole: Tally;
  readonly segments: ReadonlyArray<{ readonly id: number; readonly tally: Tally }>;
}

/** What the rows at `positions` add to the windows of the layout's own width. */
export function foldPredictions(live: LiveLayout, rows: Rows, positions: Uint32Array): WindowDelta[] {
  const fold = new PredictionFold(live, rows, positions, live.base.windowMs);
  fold.output(rows);
  for (const [index, feature] of live.features.entries()) {
    const column = rows.column(feature.column);
    if (column !== null) fold.feature(index, feature, column);
  }
  return fold.finish();
}

interface Grouping {
  readonly groups: RowGroups;
  readonly builders: readonly TallyBuilder[];
}

/** Folds column by column, each over all groups: `output` first, then features in ascending order. */
export class PredictionFold {
  private readonly live: LiveLayout;
  private readonly positions: Uint32Array;
  private readonly windows: WindowGroups;
  private readonly whole: Grouping;
  private readonly keys: ReadonlyArray<Grouping & { readonly groups: SegmentGroups }>;
  private readonly groupings: readonly Grouping[];

  constructor(live: LiveLayout, rows: Rows, positions: Uint32Array, widthMs: number) {
    this.live = live;
    this.positions = positions;
    this.windows = groupByWindow(rows.ts, positions, widthMs);
    this.whole = grouping(this.windows);
    this.keys = segmentValuesOfRows(live, rows, positions).map(({ values, count }) => {
      const groups = groupBySegment(this.windows, values, count);
      return { ...grouping(groups), groups };
    });
    this.groupings = [this.whole, ...this.keys];
    this.times(rows.ts);
  }

  output(rows: Rows): void {
    const task = this.live.base.task;
    if (task === "binary") this.binary(rows);
    else this.countPredictions(task === "ranking");
    if (task !== "regression") this.latency(rows);
    if (task === "regression") this.regression(rows);
    if (task === "multiclass") this.multiclass(rows);
  }

  feature(index: number, feature: LiveFeature, column: Column): void {
    const found = featureCells(feature, column, this.positions);
    this.count(featureBlock(index), found.cells, found.extras);
    if (found.values !== null) this.moments(MOMENT_SLOT.firstFeature + index, found.values);
    if (found.cells.includes(FEATURE_CELL.unseen)) this.newValues(index, found);
  }

  finish(): WindowDelta[] {
    const segments: Array<Array<{ id: number; tally: Tally }>> = this.windows.starts.map(() => []);
    for (const [key, { groups, builders }] of this.keys.entries()) {
      for (const [group, builder] of builders.entries()) {
        const id = segmentId(key, groups.values[group] ?? 0);
        segments[groups.windows[group] ?? 0]?.push({ id, tally: builder.build() });
      }
    }
    return this.windows.starts.map((start, window) => ({
      start,
      whole: (this.whole.builders[window] ?? new TallyBuilder()).build(),
      segments: segments[window] ?? [],
    }));
  }

  private count(block: number, cells: Uint16Array, extras: readonly Uint16Array[] = []): void {
    for (const { groups, builders } of this.groupings) countBlock(groups, builders, block, cells, extras);
  }

  private countPredictions(asLists: boolean): void {
    for (const { groups, builders } of this.groupings) {
      for (const [group, builder] of builders.entries()) {
        const size = (groups.offsets[group + 1] ?? 0) - (groups.offsets[group] ?? 0);
        builder.add(cellKey(BLOCK.counters, COUNTER.predictions), size);
        if (asLists) builder.add(cellKey(BLOCK.counters, COUNTER.lists), size);
      }
    }
  }

  /** Segments keep the moments of outputs and latency, not those of features: they are most of a small tally. */
  private moments(slot: number, values: Float64Array): void {
    const kept = slot < MOMENT_SLOT.firstFeature ? this.groupings : [this.whole];
    for (const { groups, builders } of kept) momentsOfGroups(groups, builders, slot, values);
  }

  private binary(rows: Rows): void {
    const { probability, decision } = binaryRows(rows, this.live);
    const decided = new Uint16Array(this.positions.length);
    const scores = new Uint16Array(this.positions.length).fill(NO_CELL);
    const values = new Float64Array(this.positions.length);
    for (let j = 0; j < values.length; j += 1) {
      const row = this.positions[j] as number;
      const said = decision(row);
      decided[j] = said === null ? NO_CELL : said ? COUNTER.decidedPositive : COUNTER.decidedNegative;
      const value = probability(row);
      values[j] = value;
      if (!Number.isNaN(value)) scores[j] = scoreBin(value);
    }
    this.countPredictions(false);
    this.count(BLOCK.counters, decided);
    this.count(BLOCK.scores, scores);
    this.moments(MOMENT_SLOT.output, values);
  }

  private latency(rows: Rows): void {
    const column = rows.column("latency_ms");
    if (column === null) return;
    const read = numberReader(column);
    const values = new Float64Array(this.positions.length);
    const cells = new Uint16Array(this.positions.length);
    for (let j = 0; j < values.length; j += 1) {
      const value = read(this.positions[j] as number);
      const bin = latencyBin(value);
      values[j] = bin < 0 ? Number.NaN : value;
      cells[j] = bin < 0 ? NO_CELL : bin;
    }
    this.count(BLOCK.latency, cells);
    this.moments(MOMENT_SLOT.latency, values);
  }

  private regression(rows: Rows): void {
    const read = numberReader(rows.column("output.value"));
    const values = new Float64Array(this.positions.length);
    const cells = new Uint16Array(this.positions.length);
    for (let j = 0; j < values.length; j += 1) {
      const value = read(this.positions[j] as number);
      values[j] = value;
      cells[j] = Number.isNaN(value) ? NO_CELL : binOf(this.live.outputEdges, value);
    }
    this.moments(MOMENT_SLOT.output, values);
    this.latency(rows);
    this.count(BLOCK.predictedValue, cells);
  }

  private multiclass(rows: Rows): void {
    const { predicted } = multiclassRows(rows, this.live);
    const cells = new Uint16Array(this.positions.length);
    for (let j = 0; j < cells.length; j += 1) {
      const index = predicted(this.positions[j] as number);
      cells[j] = index < 0 ? NO_CELL : index;
    }
    this.count(BLOCK.predictedClass, cells);
  }

  private newValues(index: number, { cells, textOf }: FeatureCells): void {
    const { groups, builders } = this.whole;
    for (const [group, builder] of builders.entries()) {
      const counts = new Map<string, number>();
      for (let at = groups.offsets[group] ?? 0; at < (groups.offsets[group + 1] ?? 0); at += 1) {
        const j = groups.order[at] ?? 0;
        if (cells[j] !== FEATURE_CELL.unseen) continue;
        const text = textOf?.(this.positions[j] ?? 0) ?? "";
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      if (counts.size > 0) builder.setNewValues(index, counts);
    }
  }

  private times(ts: Float64Array): void {
    const { groups, builders } = this.whole;
    for (const [group, builder] of builders.entries()) {
      for (let at = groups.offsets[group] ?? 0; at < (groups.offsets[group + 1] ?? 0); at += 1) {
        const time = ts[this.positions[groups.order[at] ?? 0] ?? 0] ?? 0;
        if (time < builder.firstTs) builder.firstTs = time;
        if (time > builder.lastTs) builder.lastTs = time;
      }
    }
  }
}

function grouping(groups: RowGroups): Grouping {
  return { groups, builders: Array.from({ length: groups.count }, () => new TallyBuilder()) };
}

/** Each key's value index by local row, −1 where the row has none. */
export function segmentValuesOfRows(
  live: LiveLayout,
  rows: Rows,
  positions: Uint32Array,
): Array<{ values: Int32Array; count: number }> {
  return live.segments.map((segment) => {
    const values = segmentIndexes(segment, rows.column(segment.column), positions);
    return { values, count: Math.max(1, segment.values.names.length + 1, maxOf(values) + 1) };
  });
}

function maxOf(values: Int32Array): number {
  let max = -1;
  for (const value of values) if (value > max) max = value;
  return max;
}

function segmentIndexes({ values }: LiveSegment, column: Column | null, positions: Uint32Array): Int32Array {
  const indexes = new Int32Array(positions.length).fill(-1);
  if (column === null) return indexes;
  const text = textReader(column);
  const known = new Map<string, number>();
  for (let j = 0; j < indexes.length; j += 1) {
    const value = text(positions[j] as number);
    if (value === null) continue;
    let index = known.get(value);
    if (index === undefined) {
      index = values.indexOf(value);
      known.set(value, index);
    }
    indexes[j] = index;
  }
  return indexes;
}
