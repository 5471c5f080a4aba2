import type { LabelValue, Rows } from "#server/store/columns.ts";
import type { LayoutChange, WindowFolder, WindowRecord, WindowTable } from "#server/store/event-store.ts";

/** The smallest folder there is, for tests of the store: hourly counts, and the sum of numeric labels. */

const HOUR_MS = 3_600_000;

export interface HourCounts {
  predictions: number;
  labelled: number;
  labelSum: number;
}

export function createWindowFolder(_options: { readonly table: WindowTable }): WindowFolder {
  return new CountingFolder();
}

export function readHourCounts(record: WindowRecord): HourCounts {
  return JSON.parse(Buffer.from(record.summary).toString("utf8"));
}

interface Pending extends HourCounts {
  readonly modelId: number;
  readonly version: string;
  readonly start: number;
}

class CountingFolder implements WindowFolder {
  #pending = new Map<string, Pending>();

  foldPredictions(modelId: number, version: string, rows: Rows, positions: Uint32Array): void {
    for (const row of positions) this.#at(modelId, version, rows.ts[row] ?? 0).predictions++;
  }

  foldLabels(
    modelId: number,
    version: string,
    rows: Rows,
    positions: Uint32Array,
    before: ReadonlyArray<LabelValue | null>,
    after: ReadonlyArray<LabelValue | null>,
  ): void {
    positions.forEach((row, at) => {
      const hour = this.#at(modelId, version, rows.ts[row] ?? 0);
      hour.labelled += Number(after[at] != null) - Number(before[at] != null);
      hour.labelSum += Number(after[at] ?? 0) - Number(before[at] ?? 0);
    });
  }

  labelColumns(): readonly string[] {
    return [];
  }

  flush(table: WindowTable) {
    const changes = [...this.#pending.values()].map((pending) => {
      const { modelId, version, start } = pending;
      put(table, pending);
      return { modelId, version, from: start, to: start };
    });
    this.#pending = new Map();
    return changes;
  }

  rollback(): void {
    this.#pending = new Map();
  }

  changeLayout(table: WindowTable, change: LayoutChange): boolean {
    table.putLayout(change.modelId, change.version, change.referenceLayout);
    return true;
  }

  resetWindows(table: WindowTable, modelId: number, version: string, from: number, to: number): void {
    table.deleteWindows(modelId, version, HOUR_MS, from, to);
  }

  followSchema(): void {}

  takeStaleVersions(): ReadonlyArray<{ modelId: number; version: string }> {
    return [];
  }

  #at(modelId: number, version: string, ts: number): Pending {
    const start = Math.floor(ts / HOUR_MS) * HOUR_MS;
    const key = `${modelId}/${version}/${start}`;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = { modelId, version, start, predictions: 0, labelled: 0, labelSum: 0 };
      this.#pending.set(key, pending);
    }
    return pending;
  }
}

function put(table: WindowTable, { modelId, version, start, ...added }: Pending): void {
  const stored = table.get(modelId, version, HOUR_MS, start);
  const counts = stored ? readHourCounts(stored) : { predictions: 0, labelled: 0, labelSum: 0 };
  counts.predictions += added.predictions;
  counts.labelled += added.labelled;
  counts.labelSum += added.labelSum;
  const layoutId = table.getLayout(modelId, version)?.layoutId ?? table.putLayout(modelId, version, "{}");
  table.put({
    modelId,
    version,
    levelMs: HOUR_MS,
    start,
    layoutId,
    revision: (stored?.revision ?? 0) + 1,
    predictions: counts.predictions,
    labelled: counts.labelled,
    summary: Buffer.from(JSON.stringify(counts)),
    segments: null,
  });
}
