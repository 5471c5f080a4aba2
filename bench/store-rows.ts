import type { AppendGroup } from "#server/store/append.ts";
import {
  CELL_NULL,
  CELL_VALUE,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type LabelBatch,
  type PredictionBatch,
} from "#server/store/columns.ts";
import type { WindowFolder } from "#server/store/event-store.ts";
import { makeFeatures, seededRandom } from "./workload.ts";

/** Groups for benches of the store alone: the features of `workload.ts` in columns, ids and times fresh for every group. */

const ID_BYTES = 24;
const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const START_MS = Date.parse("2026-01-01T00:00:00Z");

export class StoreRows {
  readonly #random = seededRandom(7);
  readonly #templates: PredictionBatch["columns"][] = [];
  readonly #rowsPerGroup: number;
  #next = 0;

  constructor(rowsPerGroup: number, templates = 20) {
    this.#rowsPerGroup = rowsPerGroup;
    for (let at = 0; at < templates; at++) this.#templates.push(columnsOf(this.#random, rowsPerGroup));
  }

  get rows(): number {
    return this.#next;
  }

  /** `stepMs` of event time a row. */
  predictions(stepMs: number): AppendGroup {
    const count = this.#rowsPerGroup;
    const first = this.#next;
    this.#next += count;
    const columns = this.#templates[(first / count) % this.#templates.length] ?? [];
    const batch: PredictionBatch = {
      modelId: 1,
      version: "v1",
      count,
      ids: idsOf(first, count),
      ts: Float64Array.from({ length: count }, (_, row) => START_MS + Math.floor((first + row) * stepMs)),
      tsFromServer: null,
      tsRaw: null,
      columns,
    };
    return groupOf([batch], [], count);
  }

  /** Labels for rows that were logged before. */
  labels(from: number, count: number): AppendGroup {
    const batch: LabelBatch = {
      modelId: 1,
      count,
      ids: idsOf(from, count),
      ts: new Float64Array(count).fill(START_MS + from),
      tsFromServer: null,
      values: Array.from({ length: count }, (_, row) => ((from + row) % 5 === 0 ? "1" : "0")),
    };
    return groupOf([], [batch], count);
  }
}

function groupOf(predictions: PredictionBatch[], labels: LabelBatch[], count: number): AppendGroup {
  const slices = [{ batch: 0, from: 0, to: count }];
  const request = {
    requestId: "bench",
    keyId: null,
    idempotencyKey: null,
    bodyHash: null,
    predictions: predictions.length > 0 ? slices : [],
    labels: labels.length > 0 ? slices : [],
  };
  return { groupId: 1, receivedAt: Date.now(), schemas: [], predictions, labels, requests: [request] };
}

/** Random-looking, and known again from the row's number. */
export function idsOf(first: number, count: number): { bytes: Uint8Array; offsets: Uint32Array } {
  const bytes = new Uint8Array(count * ID_BYTES);
  const offsets = new Uint32Array(count + 1);
  for (let row = 0; row < count; row++) {
    let state = Math.imul(first + row + 1, 0x9e3779b1);
    for (let at = 0; at < ID_BYTES; at++) {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + at;
      bytes[row * ID_BYTES + at] = ALPHABET[(state >>> 9) & 63] ?? 65;
    }
    bytes.set(Buffer.from((first + row).toString(36).padStart(6, "0")), row * ID_BYTES + 9);
    offsets[row + 1] = (row + 1) * ID_BYTES;
  }
  return { bytes, offsets };
}

function columnsOf(random: () => number, count: number): PredictionBatch["columns"] {
  const rows = Array.from({ length: count }, () => makeFeatures(random));
  const names = Object.keys(rows[0] ?? {});
  const probabilities = Float64Array.from({ length: count }, () => Number((random() ** 2).toFixed(4)));
  return [
    ...names.map((name) => ({
      name: `features.${name}`,
      column: columnOf(rows.map((row) => row[name] ?? null)),
    })),
    {
      name: "output.probability",
      column: { kind: "number", values: probabilities, states: null, texts: null },
    },
  ];
}

function columnOf(values: ReadonlyArray<string | number | null>): Column {
  if (values.some((value) => typeof value === "number")) {
    const hasNulls = values.includes(null);
    return {
      kind: "number",
      values: Float64Array.from(values, (value) => (typeof value === "number" ? value : Number.NaN)),
      states: hasNulls ? Uint8Array.from(values, (value) => (value === null ? CELL_NULL : CELL_VALUE)) : null,
      texts: null,
    };
  }
  const dictionary = [...new Set(values.map(String))];
  const codeOf = new Map(dictionary.map((text, at) => [text, at + CODE_FIRST_VALUE]));
  return {
    kind: "category",
    dictionary,
    codes: Uint32Array.from(values, (value) => codeOf.get(String(value)) ?? CODE_NULL),
  };
}

/** Folds nothing: what is left is the store's own cost. */
export function createNullFolder(): WindowFolder {
  return {
    foldPredictions: () => {},
    foldLabels: () => {},
    labelColumns: () => [],
    flush: () => [],
    rollback: () => {},
    changeLayout: () => false,
    resetWindows: () => {},
    followSchema: () => {},
    takeStaleVersions: () => [],
  };
}
