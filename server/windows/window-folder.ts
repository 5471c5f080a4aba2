import type { ModelSchema } from "#server/models/schema.ts";
import type { ColumnName, LabelValue, Rows } from "#server/store/columns.ts";
import type { LabelTimes, LayoutChange, WindowFolder, WindowTable } from "#server/store/event-store.ts";
import { amending, foldLabels } from "#server/windows/fold-labels.ts";
import { foldPredictions, type WindowDelta } from "#server/windows/fold-predictions.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { DAY_MS, windowLevels, windowStart } from "#server/windows/levels.ts";
import { PROBABILITIES_PREFIX } from "#server/windows/read-output.ts";
import { segmentKeys } from "#server/windows/schema-layout.ts";
import { VersionFold } from "#server/windows/version-fold.ts";
import { WindowCache } from "#server/windows/window-cache.ts";
import { type WindowKey, WindowState } from "#server/windows/window-state.ts";

export interface WindowFolderOptions {
  schemaOf(modelId: number): ModelSchema | null;
  /** Where windows and layouts that are not in memory are read, inside the writer's connection. */
  readonly table: WindowTable;
  /** Bytes of decoded windows kept in memory between commits. */
  readonly cacheBytes?: number;
}

const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;

export function createWindowFolder(options: WindowFolderOptions): WindowFolder {
  return new Folder(options);
}

interface FlushedRange {
  readonly modelId: number;
  readonly version: string;
  readonly from: number;
  readonly to: number;
}

class Folder implements WindowFolder {
  private readonly options: WindowFolderOptions;
  private readonly cache: WindowCache;
  private readonly versions = new Map<string, VersionFold>();
  /** Windows written since the last commit that is known to have succeeded. */
  private readonly written = new Set<string>();
  /** Revisions of windows that were emptied for a rebuild, so that theirs go on from there. */
  private readonly emptied = new Map<string, number>();
  private readonly stale = new Map<string, { modelId: number; version: string }>();
  private isFlushed = false;

  constructor(options: WindowFolderOptions) {
    this.options = options;
    this.cache = new WindowCache(options.cacheBytes ?? DEFAULT_CACHE_BYTES);
  }

  foldPredictions(modelId: number, version: string, rows: Rows, positions: Uint32Array): void {
    this.begin();
    const fold = this.fold(modelId, version);
    if (positions.length > 0) fold.add(foldPredictions(fold.live, rows, positions));
  }

  foldLabels(
    modelId: number,
    version: string,
    rows: Rows,
    positions: Uint32Array,
    before: ReadonlyArray<LabelValue | null>,
    after: ReadonlyArray<LabelValue | null>,
    times?: LabelTimes,
  ): void {
    this.begin();
    const fold = this.fold(modelId, version);
    const changed = amending(rows, positions, { before, after }, times);
    if (changed.positions.length > 0) {
      const { positions: some, values, times: when } = changed;
      fold.add(foldLabels(fold.live, rows, some, values.before, values.after, { times: when }));
    }
  }

  labelColumns(modelId: number): readonly ColumnName[] {
    const schema = this.schema(modelId);
    const outputs: Record<ModelSchema["task"], readonly ColumnName[]> = {
      binary: ["output.probability", "output.value"],
      multiclass: ["output.value", PROBABILITIES_PREFIX],
      regression: ["output.value"],
      ranking: ["output.items"],
    };
    const features = new Set(schema.features.map((feature) => feature.name));
    const keys = segmentKeys(schema).map((key) =>
      features.has(key) ? `features.${key}` : `segments.${key}`,
    );
    return [...outputs[schema.task], ...keys];
  }

  followSchema(modelId: number, version: string): void {
    this.begin();
    this.fold(modelId, version);
  }

  flush(table: WindowTable): FlushedRange[] {
    this.begin();
    const changes: FlushedRange[] = [];
    for (const fold of this.versions.values()) {
      const deltas = fold.takeDeltas();
      const layoutId = fold.saveLayout(table);
      this.noteStale(fold);
      if (deltas.length > 0) changes.push(this.write(table, fold, layoutId, deltas));
    }
    this.emptied.clear();
    this.isFlushed = true;
    return changes;
  }

  rollback(): void {
    for (const key of this.written) this.cache.delete(key);
    this.written.clear();
    this.emptied.clear();
    this.versions.clear();
    this.isFlushed = false;
  }

  changeLayout(table: WindowTable, change: LayoutChange): boolean {
    this.begin();
    const fold = this.fold(change.modelId, change.version);
    if (!fold.adopt(parseLayout(change.referenceLayout))) return false;
    fold.saveLayout(table);
    return fold.takeBecameStale();
  }

  resetWindows(table: WindowTable, modelId: number, version: string, from: number, to: number): void {
    this.begin();
    // Rows are folded again day by day: of a longer slice only the first day has any.
    const lastWithRows = Math.min(to, from + DAY_MS);
    for (const levelMs of windowLevels(this.schema(modelId).windowMs)) {
      const first = windowStart(from, levelMs);
      for (let start = first; start < lastWithRows; start += levelMs) {
        const before = table.get(modelId, version, levelMs, start);
        if (before !== null) this.emptied.set(textOf(before), before.revision);
      }
      table.deleteWindows(modelId, version, levelMs, first, to);
      this.cache.deleteWhere(
        (window) =>
          window.modelId === modelId &&
          window.version === version &&
          window.levelMs === levelMs &&
          window.start >= first &&
          window.start < to,
      );
    }
  }

  takeStaleVersions(): ReadonlyArray<{ modelId: number; version: string }> {
    const versions = [...this.stale.values()];
    this.stale.clear();
    return versions;
  }

  /** Work goes on after a flush: its transaction was committed. */
  private begin(): void {
    if (!this.isFlushed) return;
    this.isFlushed = false;
    this.written.clear();
  }

  private schema(modelId: number): ModelSchema {
    const schema = this.options.schemaOf(modelId);
    if (schema === null)
      throw new Error(`The window folder was given rows of model ${modelId} before its record.`);
    return schema;
  }

  private fold(modelId: number, version: string): VersionFold {
    const schema = this.schema(modelId);
    const key = `${modelId}|${version}`;
    const known = this.versions.get(key);
    if (known !== undefined) {
      known.follow(schema);
      return known;
    }
    const fold = new VersionFold(this.options.table, schema, version);
    this.versions.set(key, fold);
    return fold;
  }

  private noteStale(fold: VersionFold): void {
    if (!fold.takeBecameStale()) return;
    const { modelId, version } = fold;
    this.stale.set(`${modelId}|${version}`, { modelId, version });
  }

  private write(
    table: WindowTable,
    fold: VersionFold,
    layoutId: number,
    deltas: readonly WindowDelta[],
  ): FlushedRange {
    const { modelId, version } = fold;
    for (const levelMs of windowLevels(fold.live.base.windowMs)) {
      for (const [start, list] of byStart(deltas, levelMs)) {
        this.writeWindow(table, { modelId, version, levelMs, start }, fold, layoutId, list);
      }
    }
    const starts = deltas.map((delta) => delta.start);
    return { modelId, version, from: minOf(starts), to: maxOf(starts) };
  }

  private writeWindow(
    table: WindowTable,
    window: WindowKey,
    fold: VersionFold,
    layoutId: number,
    deltas: readonly WindowDelta[],
  ): void {
    const key = textOf(window);
    const { generation } = fold.live.base;
    const cached = this.cache.get(key);
    const state = cached?.generation === generation ? cached : this.load(table, window, key, generation);
    if (state.isStale) return;
    // Noted first: where the write fails, the state in memory is ahead of what is stored and has to go.
    this.written.add(key);
    state.add(deltas);
    table.put(state.toRecord(window, layoutId));
    this.cache.put(key, window, state);
  }

  private load(table: WindowTable, window: WindowKey, key: string, generation: number): WindowState {
    const record = table.get(window.modelId, window.version, window.levelMs, window.start);
    return new WindowState(record, generation, this.emptied.get(key) ?? 0);
  }
}

function textOf({ modelId, version, levelMs, start }: WindowKey): string {
  return `${modelId}|${levelMs}|${start}|${version}`;
}

function byStart(deltas: readonly WindowDelta[], levelMs: number): Map<number, WindowDelta[]> {
  const lists = new Map<number, WindowDelta[]>();
  for (const delta of deltas) {
    const start = windowStart(delta.start, levelMs);
    const list = lists.get(start);
    if (list === undefined) lists.set(start, [delta]);
    else list.push(delta);
  }
  return lists;
}

function minOf(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}

function maxOf(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY);
}
