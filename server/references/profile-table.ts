import { ServiceError } from "#server/kernel/errors.ts";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";
import { uselessReason } from "#server/references/choose-features.ts";
import { ContentHash } from "#server/references/content-hash.ts";
import { countCategories, numberLayout, referenceFeature } from "#server/references/feature-bins.ts";
import { toCategoryColumn } from "#server/references/grown-column.ts";
import { positiveClassOf } from "#server/references/positive-class.ts";
import { readOutputs, readSegments, readTimes } from "#server/references/profile-inputs.ts";
import { openProfiledTable, type ProfiledTable, type ProfileJob } from "#server/references/profiled-table.ts";
import type { SkippedColumn } from "#server/references/reference.ts";
import { SampleBuilder } from "#server/references/sample-builder.ts";
import type { Column, LabelValue, Rows } from "#server/store/columns.ts";
import { byCount } from "#server/windows/category-bins.ts";
import { foldLabels } from "#server/windows/fold-labels.ts";
import { PredictionFold, type WindowDelta } from "#server/windows/fold-predictions.ts";
import { type FeatureLayout, type Layout, MAX_SEGMENT_VALUES } from "#server/windows/layout.ts";
import { stringifyLayout } from "#server/windows/layout-json.ts";
import { LiveLayout, liveFeature } from "#server/windows/live-layout.ts";
import { textReader } from "#server/windows/read-columns.ts";
import { decodeSummary } from "#server/windows/read-summaries.ts";
import { firstLayout } from "#server/windows/schema-layout.ts";
import type { Summary } from "#server/windows/summary.ts";
import { WindowState } from "#server/windows/window-state.ts";

export interface Profile {
  readonly refId: string;
  readonly rows: number;
  readonly labelled: number;
  readonly layoutJson: string;
  readonly summary: Uint8Array;
  readonly segments: Uint8Array | null;
  /** Some of the rows themselves, as encodeSample wrote them. */
  readonly sample: Uint8Array;
  readonly skipped: readonly SkippedColumn[];
  /** All features of the profile, in its order. */
  readonly features: readonly FeatureSchema[];
  readonly dimensions: readonly string[];
  /** Told from decisions and probabilities where the model has none; null where they do not tell. */
  readonly positiveClass: string | null;
}

/** All rows are one window: it starts at 0 and has no end that a time could reach. */
const WHOLE_MS = Number.MAX_VALUE;
const LABEL_SLICE = 100_000;

/** Turns a table into a frozen profile: bins from its values, then the summary of its rows on those bins. */
export async function profileTable(job: ProfileJob): Promise<Profile> {
  const table = await openProfiledTable(job);
  const hash = new ContentHash();
  const outputs = await readOutputs(table, hash);
  const positiveClass = job.model.positiveClass ?? positiveClassOf(job.model.task, outputs);
  const model = { ...job.model, positiveClass };
  hash.addSetting("task", model.task);
  hash.addSetting("positiveClass", positiveClass);
  hash.addSetting("threshold", model.threshold);
  const segments = await readSegments(table, model, hash);
  const rows = rowsOf(table, new Map([...outputs, ...segments]), await readTimes(table));
  const sample = new SampleBuilder(table.rowCount);
  for (const [name, column] of [...outputs, ...segments]) sample.add(name, column);
  const live = new LiveLayout(startingLayout(table, model, segments, outputs));
  const fold = new PredictionFold(live, rows, positionsOf(table.rowCount), WHOLE_MS);
  fold.output(rows);
  const features = await foldFeatures({ table, fold, segments, hash, sample });
  if (features.length === 0 && outputs.size === 0) throw nothingToProfile();
  const labels = foldAllLabels(live, rows, model, outputs.get("label") ?? null);
  const layout: Layout = { ...live.snapshot(), features, refId: hash.digest() };
  const profile = finish(table, layout, [...fold.finish(), ...labels], model.positiveClass);
  return { ...profile, sample: sample.encode(rows.ts) };
}

function rowsOf(table: ProfiledTable, columns: ReadonlyMap<string, Column>, ts: Float64Array): Rows {
  return {
    count: table.rowCount,
    ts,
    columnNames: [...columns.keys()],
    column: (name) => columns.get(name) ?? null,
  };
}

/** What must be known before the first row is folded: segment values by count, and bins of predicted values. */
function startingLayout(
  table: ProfiledTable,
  model: ModelSchema,
  segments: ReadonlyMap<string, Column>,
  outputs: ReadonlyMap<string, Column>,
): Layout {
  const base = firstLayout({ ...model, features: [], dimensions: [] }, table.job.version);
  const value = outputs.get("output.value");
  // Only their names are used until the features themselves are read.
  const features = table.features.map(
    ({ name }): FeatureLayout => ({
      name,
      type: "category",
      bins: { kind: "category", categories: [], tail: [], closed: true },
      range: null,
    }),
  );
  return {
    ...base,
    features,
    segmentKeys: [...segments.keys()].map((name) => name.slice(name.indexOf(".") + 1)),
    segmentValues: [...segments.values()].map((column) =>
      byCount(countCategories(toCategoryColumn(column))).slice(0, MAX_SEGMENT_VALUES),
    ),
    output:
      model.task === "regression" && value?.kind === "number" ? numberLayout(value.values) : base.output,
  };
}

function positionsOf(count: number): Uint32Array {
  const positions = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) positions[row] = row;
  return positions;
}

interface FeatureWork {
  readonly table: ProfiledTable;
  readonly fold: PredictionFold;
  readonly segments: ReadonlyMap<string, Column>;
  readonly hash: ContentHash;
  readonly sample: SampleBuilder;
}

/** One feature at a time is in memory: its bins are found, its rows folded, its content hashed. */
async function foldFeatures({ table, fold, segments, hash, sample }: FeatureWork): Promise<FeatureLayout[]> {
  const layouts: FeatureLayout[] = [];
  for (const [done, { name, column, declared }] of table.features.entries()) {
    const read = segments.get(`features.${name}`) ?? (await table.read(column, declared?.type ?? null));
    const reason = declared === null ? uselessReason(read) : null;
    if (reason === null) {
      const layout = referenceFeature(name, read);
      fold.feature(layouts.length, liveFeature(layout), read);
      layouts.push(layout);
      hash.addColumn(`features.${name}`, read);
      sample.add(`features.${name}`, read);
    } else table.skipped.push({ what: column, reason });
    table.job.onColumns?.(done + 1, table.features.length);
  }
  return layouts;
}

/** In slices: the labels of a slice are boxed values. */
function foldAllLabels(
  live: LiveLayout,
  rows: Rows,
  model: ModelSchema,
  label: Column | null,
): WindowDelta[] {
  if (label === null) return [];
  const read = labelReader(label, model);
  const deltas: WindowDelta[] = [];
  for (let from = 0; from < rows.count; from += LABEL_SLICE) {
    const to = Math.min(rows.count, from + LABEL_SLICE);
    const positions = Uint32Array.from({ length: to - from }, (_, index) => from + index);
    const labels = Array.from(positions, read);
    deltas.push(...foldLabels(live, rows, positions, [], labels, { widthMs: WHOLE_MS }));
  }
  return deltas;
}

function labelReader(label: Column, model: ModelSchema): (row: number) => LabelValue | null {
  if (model.task === "regression" && label.kind === "number") {
    return (row) => {
      const value = label.values[row] ?? Number.NaN;
      return Number.isFinite(value) ? value : null;
    };
  }
  return textReader(label);
}

function finish(
  table: ProfiledTable,
  layout: Layout,
  deltas: readonly WindowDelta[],
  positiveClass: string | null,
): Omit<Profile, "sample"> {
  const state = new WindowState(null, layout.generation);
  state.add(deltas);
  const key = { modelId: layout.modelId, version: layout.version, levelMs: 0, start: 0 };
  const record = state.toRecord(key, 0);
  const summary = decodeSummary(record, layout, { features: [], latency: false });
  return {
    refId: layout.refId ?? "",
    rows: table.rowCount,
    labelled: record.labelled,
    layoutJson: stringifyLayout(layout),
    summary: record.summary,
    segments: record.segments,
    skipped: [...table.skipped, ...unreadable(table, summary)],
    features: layout.features.map(({ name, type }) => ({
      name,
      type,
      segment: layout.segmentKeys.includes(name),
    })),
    dimensions: [...table.map.columns.keys()]
      .filter((ours) => ours.startsWith("segments."))
      .map((ours) => ours.slice(9)),
    positiveClass,
  };
}

/** Values of outputs and labels that mean nothing, by number. */
function unreadable({ map, rowCount }: ProfiledTable, { output }: Summary): SkippedColumn[] {
  const label = map.columns.get("label") ?? "label";
  const notes: SkippedColumn[] = [];
  const labels =
    output.kind === "binary"
      ? output.labels.unreadable
      : output.kind === "regression"
        ? output.unreadable
        : 0;
  if (labels > 0) {
    const help =
      output.kind === "binary"
        ? "they are not 1, 0, true or false, and the model has no positive class yet"
        : "they are no numbers";
    notes.push({ what: label, reason: `${labels} labels cannot be read: ${help}.` });
  }
  const probability = map.columns.get("output.probability");
  if (output.kind === "binary" && probability !== undefined && output.probability.n < rowCount) {
    const missing = rowCount - output.probability.n;
    notes.push({ what: probability, reason: `${missing} rows have no probability between 0 and 1.` });
  }
  return notes;
}

function nothingToProfile(): ServiceError {
  return new ServiceError(
    "bad_request",
    "No column of the file makes a feature or an output; name outputs and the label in `map`, and leave features unnamed.",
    { reason: "no_columns" },
  );
}
