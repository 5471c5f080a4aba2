import type { ColumnName } from "#server/store/columns.ts";
import type { StoredPrediction } from "#server/store/event-store.ts";
import type { StoredLabel } from "#server/store/labels/label-rules.ts";
import { type Cell, cellAt } from "#server/store/rows/cells.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";
import { textAt } from "#server/store/rows/text-column.ts";

const CLASS_PREFIX = "output.probabilities.";

/** A row as it was logged, plus its label. */
export function storedPrediction(
  rows: ChunkRows,
  row: number,
  where: { modelId: number; version: string; label: StoredLabel | null },
): StoredPrediction {
  const cells: Array<[ColumnName, Exclude<Cell, undefined>]> = [];
  for (const name of rows.columnNames) {
    const cell = cellAt(rows.column(name), row);
    if (cell !== undefined) cells.push([name, cell]);
  }
  const latency = cells.find(([name]) => name === "latency_ms")?.[1];
  return {
    modelId: where.modelId,
    version: where.version,
    predictionId: textAt(rows.ids, row),
    ts: rows.ts[row] ?? 0,
    tsSource: tsSource(rows, row),
    receivedAt: rows.receivedAt[row] ?? 0,
    features: named(cells, "features."),
    segments: texts(named(cells, "segments.")),
    output: outputOf(cells),
    latencyMs: typeof latency === "number" ? latency : null,
    label: where.label,
  };
}

function tsSource(rows: ChunkRows, row: number): StoredPrediction["tsSource"] {
  if (rows.tsFromServer?.[row] === 1) return "server";
  return rows.tsRaw?.has(row) === true ? "clamped" : "client";
}

/** `Object.fromEntries` makes own properties even of names such as `__proto__`. */
function named<T>(cells: ReadonlyArray<readonly [string, T]>, prefix: string): Record<string, T> {
  const own = cells.filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, cell]) => [name.slice(prefix.length), cell]));
}

function texts(values: Record<string, string | number | null>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : String(value)]),
  );
}

function outputOf(
  cells: ReadonlyArray<readonly [string, string | number | null]>,
): StoredPrediction["output"] {
  const known = new Map(cells.filter(([name]) => name.startsWith("output.")));
  const value = known.get("output.value");
  const probability = known.get("output.probability");
  const items = parseList(known.get("output.items"));
  const scores = parseList(known.get("output.scores"));
  const classes = named(cells, CLASS_PREFIX);
  return {
    ...(value === undefined ? {} : { value }),
    ...(probability === undefined
      ? {}
      : { probability: typeof probability === "number" ? probability : null }),
    ...(Object.keys(classes).length === 0 ? {} : { probabilities: numbers(classes) }),
    ...(items === null ? {} : { items: items.map(String) }),
    ...(scores === null ? {} : { scores: scores.map(Number) }),
  };
}

function numbers(values: Record<string, string | number | null>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function parseList(text: string | number | null | undefined): unknown[] | null {
  if (typeof text !== "string") return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
