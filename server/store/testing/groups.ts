import type { AppendGroup, AppendRequest } from "#server/store/append.ts";
import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type LabelBatch,
  type LabelValue,
  type PredictionBatch,
} from "#server/store/columns.ts";
import { packTexts } from "#server/store/rows/text-column.ts";

/** Groups as the door would build them, from plain rows. */

type Value = string | number | null;

export interface LoggedRow {
  readonly id: string;
  /** Missing: the server sets it. */
  readonly ts?: number;
  readonly cells?: Readonly<Record<string, Value>>;
}

export interface LoggedLabel {
  readonly id: string;
  readonly value: LabelValue;
  readonly ts?: number;
}

export interface LoggedRequest {
  readonly predictions?: ReadonlyArray<{ modelId?: number; version?: string; rows: readonly LoggedRow[] }>;
  readonly labels?: ReadonlyArray<{ modelId?: number; labels: readonly LoggedLabel[] }>;
  readonly key?: string;
  readonly bodyHash?: string;
}

export const NOON = Date.UTC(2025, 5, 1, 12);

let nextGroup = 1;

/** One group; every request has batches of its own. */
export function groupOf(requests: readonly LoggedRequest[], receivedAt = NOON): AppendGroup {
  const predictions: PredictionBatch[] = [];
  const labels: LabelBatch[] = [];
  const groupId = nextGroup++;
  const asked = requests.map((request, at): AppendRequest => {
    return {
      requestId: `r${groupId}-${at}`,
      keyId: "key",
      idempotencyKey: request.key ?? null,
      bodyHash: request.key === undefined ? null : (request.bodyHash ?? "body"),
      predictions: (request.predictions ?? []).map(({ modelId = 1, version = "v1", rows }) => {
        const batch = predictions.push(predictionBatch(modelId, version, rows, receivedAt)) - 1;
        return { batch, from: 0, to: rows.length };
      }),
      labels: (request.labels ?? []).map((part) => {
        const batch = labels.push(labelBatch(part.modelId ?? 1, part.labels, receivedAt)) - 1;
        return { batch, from: 0, to: part.labels.length };
      }),
    };
  });
  return { groupId, receivedAt, schemas: [], predictions, labels, requests: asked };
}

export function predictionBatch(
  modelId: number,
  version: string,
  rows: readonly LoggedRow[],
  receivedAt: number,
): PredictionBatch {
  const names = new Set(rows.flatMap((row) => Object.keys(row.cells ?? {})));
  const isServerTime = rows.some((row) => row.ts === undefined);
  return {
    modelId,
    version,
    count: rows.length,
    ids: packTexts(rows.map((row) => row.id)),
    ts: Float64Array.from(rows, (row) => row.ts ?? receivedAt),
    tsFromServer: isServerTime ? Uint8Array.from(rows, (row) => (row.ts === undefined ? 1 : 0)) : null,
    tsRaw: null,
    columns: [...names].map((name) => ({ name, column: columnOf(rows.map((row) => row.cells?.[name])) })),
  };
}

export function labelBatch(modelId: number, labels: readonly LoggedLabel[], receivedAt: number): LabelBatch {
  return {
    modelId,
    count: labels.length,
    ids: packTexts(labels.map((label) => label.id)),
    ts: Float64Array.from(labels, (label) => label.ts ?? receivedAt),
    tsFromServer: Uint8Array.from(labels, (label) => (label.ts === undefined ? 1 : 0)),
    values: labels.map((label) => label.value),
  };
}

function columnOf(values: ReadonlyArray<Value | undefined>): Column {
  return values.some((value) => typeof value === "number") ? numbersOf(values) : categoriesOf(values);
}

function numbersOf(values: ReadonlyArray<Value | undefined>): Column {
  const isDense = values.every((value) => typeof value === "number");
  const stateOf = (value: Value | undefined) => {
    if (value === undefined) return CELL_ABSENT;
    return typeof value === "number" ? CELL_VALUE : CELL_NULL;
  };
  return {
    kind: "number",
    values: Float64Array.from(values, (value) => (typeof value === "number" ? value : Number.NaN)),
    states: isDense ? null : Uint8Array.from(values, stateOf),
    texts: null,
  };
}

function categoriesOf(values: ReadonlyArray<Value | undefined>): Column {
  const dictionary = [...new Set(values.filter((value): value is string => typeof value === "string"))];
  const codes = Uint32Array.from(values, (value) => {
    if (value === undefined) return CODE_ABSENT;
    return value === null ? CODE_NULL : dictionary.indexOf(String(value)) + CODE_FIRST_VALUE;
  });
  return { kind: "category", codes, dictionary };
}
