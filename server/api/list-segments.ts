import type { ModelDetail } from "#server/api/contract.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { EventReader, ModelCounts, WindowRecord } from "#server/store/event-store.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { DAY_MS, windowLevels } from "#server/windows/levels.ts";
import { segmentValues } from "#server/windows/read-summaries.ts";

const LOOKED_BACK_MS = 90 * DAY_MS;
const VALUES_MAX = 200;

/** Segment keys of a model with the values of its last ninety days, most rows first. */
export function listSegments(reader: EventReader, model: ModelSchema): ModelDetail["segments"] {
  const keys = [
    ...model.features.filter(({ segment }) => segment).map(({ name }) => name),
    ...model.dimensions,
  ];
  const rowsOf = new Map(keys.map((key) => [key, new Map<string, number>()]));
  for (const { version, lastTs } of reader.counts(model.modelId)) {
    const layout = reader.currentLayout(model.modelId, version);
    if (layout === null || lastTs === null) continue;
    const parsed = parseLayout(layout.json);
    const records = recentWindows(reader, model, version, lastTs);
    for (const key of parsed.segmentKeys) addValues(rowsOf.get(key), segmentValues(records, parsed, key));
  }
  return keys.map((key) => ({ key, values: mostFirst(rowsOf.get(key) ?? new Map()) }));
}

function recentWindows(
  reader: EventReader,
  model: ModelSchema,
  version: string,
  lastTs: NonNullable<ModelCounts["lastTs"]>,
): WindowRecord[] {
  const levelMs = windowLevels(model.windowMs).at(-1) ?? model.windowMs;
  return reader.readWindows({
    modelId: model.modelId,
    versions: [version],
    levelMs,
    from: Math.floor((lastTs - LOOKED_BACK_MS) / levelMs) * levelMs,
    to: lastTs + 1,
    withSegments: true,
  });
}

function addValues(
  rows: Map<string, number> | undefined,
  values: readonly { readonly value: string; readonly predictions: number }[],
): void {
  for (const { value, predictions } of values) rows?.set(value, (rows.get(value) ?? 0) + predictions);
}

function mostFirst(rows: ReadonlyMap<string, number>): string[] {
  return [...rows]
    .sort(([left, leftRows], [right, rightRows]) => rightRows - leftRows || (left < right ? -1 : 1))
    .slice(0, VALUES_MAX)
    .map(([value]) => value);
}
