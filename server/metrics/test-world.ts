import { createMetricsSource, type MetricsSource } from "#server/metrics/metrics-source.ts";
import type { ChampionInterval } from "#server/models/model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { Reference } from "#server/references/reference.ts";
import type { LabelValue } from "#server/store/columns.ts";
import type { WindowQuery } from "#server/store/event-store.ts";
import { referenceCategories } from "#server/windows/category-bins.ts";
import { type Layout, MAX_SEGMENT_VALUES } from "#server/windows/layout.ts";
import { stringifyLayout } from "#server/windows/layout-json.ts";
import { referenceBins } from "#server/windows/number-bins.ts";
import { firstLayout } from "#server/windows/schema-layout.ts";
import {
  allPositions,
  type MemoryWindowTable,
  memoryWindowTable,
  rowsOf,
  type TestRow,
} from "#server/windows/test-rows.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";

/** For tests: a row and its label, if it has one. */
export interface LabelledRow {
  readonly row: TestRow;
  readonly label?: LabelValue;
  /** When the label was made; without any, labels have no age. */
  readonly labelTs?: number;
}

export interface TestVersion {
  readonly rows: readonly LabelledRow[];
  readonly reference?: readonly LabelledRow[];
}

export interface TestWorld {
  readonly schema: ModelSchema;
  readonly versions: Readonly<Record<string, TestVersion>>;
  readonly champions?: readonly ChampionInterval[];
}

/** For tests: a source whose windows were folded from rows by the real folder, in memory. */
export function testSource({ schema, versions, champions = [] }: TestWorld): MetricsSource {
  const table = memoryWindowTable();
  const references = new Map<string, Reference>();
  for (const [version, { rows, reference }] of Object.entries(versions)) {
    const profile = reference === undefined ? null : testReference(schema, version, reference);
    if (profile !== null) references.set(version, profile);
    foldRows(table, schema, version, rows, profile?.layoutJson ?? null);
  }
  const names = Object.keys(versions);
  const counts = countsOf(versions);
  const windows = [...table.windows.values()].sort((a, b) => a.start - b.start);
  const readWindows = ({ versions: wanted, levelMs, from, to }: Omit<WindowQuery, "withSegments">) =>
    windows.filter(
      (record) =>
        record.levelMs === levelMs &&
        record.start >= from &&
        record.start < to &&
        (wanted === undefined || wanted.includes(record.version)),
    );
  return createMetricsSource({
    catalog: {
      find: (slug) => (slug === schema.slug ? { schema } : null),
      byId: (modelId) => (modelId === schema.modelId ? { schema } : null),
      list: () => [{ schema }],
      versions: () => names,
      championIntervals: () => champions,
    },
    reader: {
      readWindows,
      readWindowCounts: readWindows,
      currentLayout: (modelId, version) => table.getLayout(modelId, version),
      counts: () => counts,
    },
    references: { current: (_modelId, version) => references.get(version) ?? null, sample: () => null },
  });
}

function countsOf(versions: TestWorld["versions"]) {
  return Object.entries(versions).map(([version, { rows }]) => {
    const times = rows.map(({ row }) => row.ts);
    return {
      version,
      predictions: rows.length,
      labelled: rows.filter(({ label }) => label !== undefined).length,
      firstTs: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
      lastTs: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
      lastReceivedAt: null,
      conflicts: 0,
      duplicates: 0,
    };
  });
}

function foldRows(
  table: MemoryWindowTable,
  schema: ModelSchema,
  version: string,
  rows: readonly LabelledRow[],
  referenceLayout: string | null,
): void {
  const folder = createWindowFolder({ schemaOf: () => schema, table });
  if (referenceLayout !== null) {
    folder.changeLayout(table, { modelId: schema.modelId, version, referenceLayout });
  }
  if (rows.length === 0) return;
  const columns = rowsOf(rows.map(({ row }) => row));
  folder.foldPredictions(schema.modelId, version, columns, allPositions(columns));
  const labelled = Uint32Array.from(rows.flatMap(({ label }, index) => (label === undefined ? [] : [index])));
  const after = rows.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const before = after.map(() => null);
  const made = rows.flatMap(({ label, labelTs }) => (label === undefined ? [] : [labelTs ?? Number.NaN]));
  const times = made.some(Number.isNaN) ? undefined : { before: made.map(() => 0), after: made };
  folder.foldLabels(schema.modelId, version, columns, labelled, before, after, times);
  folder.flush(table);
}

/** All rows in one window, on bins of their own. */
function testReference(schema: ModelSchema, version: string, rows: readonly LabelledRow[]): Reference {
  const table = memoryWindowTable();
  const layout = referenceLayout(schema, version, rows);
  const at = (labelled: LabelledRow): LabelledRow => ({ ...labelled, row: { ...labelled.row, ts: 0 } });
  foldRows(table, schema, version, rows.map(at), stringifyLayout(layout));
  const record = table.get(schema.modelId, version, schema.windowMs, 0);
  return {
    refId: layout.refId ?? "",
    modelId: schema.modelId,
    version,
    name: "reference",
    rows: rows.length,
    labelled: rows.filter(({ label }) => label !== undefined).length,
    createdAt: 0,
    source: "upload",
    skipped: [],
    layoutJson: table.getLayout(schema.modelId, version)?.json ?? "",
    summary: record?.summary ?? new Uint8Array(),
    segments: record?.segments ?? null,
  };
}

function referenceLayout(schema: ModelSchema, version: string, rows: readonly LabelledRow[]): Layout {
  const base = firstLayout(schema, version);
  const numbersOf = (column: string): Float64Array =>
    Float64Array.from(
      rows.map(({ row }) => row[column]).filter((cell) => typeof cell === "number" && Number.isFinite(cell)),
      Number,
    ).sort();
  const rangeOf = (sorted: Float64Array) => ({ min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 });
  const predicted = numbersOf("output.value");
  return {
    ...base,
    refId: `sha256:${version}`,
    features: base.features.map((feature) => {
      const column = `features.${feature.name}`;
      if (feature.type === "category")
        return { ...feature, bins: referenceCategories(countTexts(rows, column)) };
      const sorted = numbersOf(column);
      if (sorted.length === 0) return feature;
      return { ...feature, bins: referenceBins(sorted), range: rangeOf(sorted) };
    }),
    segmentValues: base.segmentKeys.map((key) => {
      const counts = countTexts(
        rows,
        schema.dimensions.includes(key) ? `segments.${key}` : `features.${key}`,
      );
      return [...counts.keys()].slice(0, MAX_SEGMENT_VALUES);
    }),
    classes: schema.task === "multiclass" ? [...countTexts(rows, "output.value").keys()] : [],
    output:
      schema.task === "regression" && predicted.length > 0
        ? { bins: referenceBins(predicted), range: rangeOf(predicted) }
        : base.output,
  };
}

function countTexts(rows: readonly LabelledRow[], column: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { row } of rows) {
    const cell = row[column];
    if (cell === null || cell === undefined) continue;
    counts.set(String(cell), (counts.get(String(cell)) ?? 0) + 1);
  }
  return counts;
}
