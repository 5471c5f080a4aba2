import { epochToMs } from "#server/ingest/event-time.ts";
import { readInstant } from "#server/kernel/instant.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { ContentHash } from "#server/references/content-hash.ts";
import type { ProfiledTable } from "#server/references/profiled-table.ts";
import type { Column } from "#server/store/columns.ts";
import { canonicalCategory } from "#server/windows/category-bins.ts";
import { textReader } from "#server/windows/read-columns.ts";

/** Outputs, latency and label, by our names. */
export async function readOutputs(table: ProfiledTable, hash: ContentHash): Promise<Map<string, Column>> {
  const { task } = table.job.model;
  const outputs = new Map<string, Column>();
  for (const [ours, column] of table.map.columns) {
    if (!isOutput(ours, task)) continue;
    const isText = task !== "regression" && (ours === "output.value" || ours === "label");
    const read = await table.read(column, isText ? "category" : "number");
    outputs.set(ours, canonicalTexts(read));
    hash.addColumn(ours, read);
  }
  return outputs;
}

function isOutput(ours: string, task: ModelSchema["task"]): boolean {
  if (ours === "latency_ms") return true;
  return task !== "ranking" && (ours === "label" || ours.startsWith("output."));
}

function canonicalTexts(column: Column): Column {
  return column.kind === "category"
    ? { ...column, dictionary: column.dictionary.map(canonicalCategory) }
    : column;
}

/** Columns of the model's segment keys that the table has: features declared so, and dimensions. */
export async function readSegments(
  table: ProfiledTable,
  model: ModelSchema,
  hash: ContentHash,
): Promise<Map<string, Column>> {
  const segments = new Map<string, Column>();
  for (const { name, column, declared } of table.features) {
    if (declared?.segment === true) segments.set(`features.${name}`, await table.read(column, declared.type));
  }
  for (const [ours, column] of table.map.columns) {
    if (!ours.startsWith("segments.")) continue;
    const read = await table.read(column, "category");
    segments.set(ours, read);
    hash.addColumn(ours, read);
  }
  for (const name of [...segments.keys()].sort()) hash.addSetting("segment", name);
  return model.task === "ranking" ? new Map() : segments;
}

export async function readTimes(table: ProfiledTable): Promise<Float64Array> {
  const times = new Float64Array(table.rowCount);
  const column = table.map.columns.get("ts");
  if (column === undefined) return times;
  const read = await table.read(column, null);
  if (read.kind === "number") return read.values.map((value) => Math.max(0, epochToMs(value) || 0));
  const text = textReader(read);
  return times.map((_, row) => Math.max(0, readInstant(text(row) ?? "") ?? 0));
}
