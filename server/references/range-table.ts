import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { GrownColumn } from "#server/references/grown-column.ts";
import type { ImportProgress } from "#server/references/import-file.ts";
import { type Profile, profileTable } from "#server/references/profile-table.ts";
import type { TableSource } from "#server/references/table-source.ts";
import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
} from "#server/store/columns.ts";
import type { EventReader } from "#server/store/event-store.ts";

export interface RangeJob {
  /** Where events.db is. */
  readonly directory: string;
  readonly model: ModelSchema;
  readonly version: string;
  /** from ≤ ts < to, milliseconds. */
  readonly from: number;
  readonly to: number;
}

export type RangeReader = Pick<EventReader, "scan">;

/** Rows that a profile is made of at most: of more, every second (third, …) is taken. */
const MAX_ROWS = 1_000_000;

/** Freezes a past range of a version's rows, with the labels known now, into a profile. */
export async function profileRange(
  reader: RangeReader,
  job: RangeJob,
  onProgress: (progress: ImportProgress) => void,
): Promise<Profile> {
  const { model, version } = job;
  const rowCount = countRows(reader, job);
  if (rowCount === 0) {
    throw new ServiceError(
      "bad_request",
      `\`${version}\` has no predictions in that range; choose another.`,
      {
        reason: "empty_range",
      },
    );
  }
  const source = collectRows(reader, job, Math.ceil(rowCount / MAX_ROWS));
  const columns = new Map(source.columns.map(({ name }) => [name, name]));
  return profileTable({
    source,
    map: { columns, ignored: new Set() },
    model,
    version,
    onColumns: (done, of) => onProgress({ rows: Math.round((rowCount * done) / of), ofRows: rowCount }),
  });
}

function scanOf(
  reader: RangeReader,
  { model, version, from, to }: RangeJob,
): ReturnType<EventReader["scan"]> {
  return reader.scan({ modelId: model.modelId, versions: [version], from, to });
}

function countRows(reader: RangeReader, job: RangeJob): number {
  let count = 0;
  for (const { positions } of scanOf(reader, job)) count += positions.length;
  return count;
}

function collectRows(reader: RangeReader, job: RangeJob, stride: number): TableSource {
  const columns = new Map<string, GrownColumn>();
  let seen = 0;
  let rows = 0;
  for (const { rows: chunk, positions, labels } of scanOf(reader, job)) {
    const taken = positions.filter((_, index) => (seen + index) % stride === 0);
    seen += positions.length;
    for (const name of chunk.columnNames) {
      const column = chunk.column(name);
      if (column !== null) append(grown(columns, name, column, rows), column, taken);
    }
    const times = grown(columns, "ts", null, rows);
    for (const row of taken) times.addNumber(chunk.ts[row] ?? 0);
    appendLabels(columns, labels, taken, rows);
    rows += taken.length;
  }
  return sourceOf(columns, rows);
}

function grown(
  columns: Map<string, GrownColumn>,
  name: string,
  like: Column | null,
  row: number,
): GrownColumn {
  const column = columns.get(name) ?? new GrownColumn(like?.kind === "category");
  columns.set(name, column);
  column.catchUp(row);
  return column;
}

function append(target: GrownColumn, column: Column, positions: Uint32Array): void {
  for (const row of positions) {
    if (column.kind === "category") {
      const code = column.codes[row] ?? CODE_ABSENT;
      if (code === CODE_ABSENT) target.addAbsent();
      else if (code === CODE_NULL) target.addNull();
      else target.addCategory(column.dictionary[code - CODE_FIRST_VALUE] ?? "");
      continue;
    }
    const state = column.states === null ? CELL_VALUE : column.states[row];
    if (state === CELL_ABSENT) target.addAbsent();
    else if (state === CELL_NULL) target.addNull();
    else if (state === CELL_TEXT) target.addNumber(Number.POSITIVE_INFINITY);
    else target.addNumber(column.values[row] ?? Number.NaN);
  }
}

function appendLabels(
  columns: Map<string, GrownColumn>,
  labels: ReadonlyArray<string | number | null>,
  taken: Uint32Array,
  row: number,
): void {
  if (labels.every((label) => label === null)) return;
  const target = grown(columns, "label", null, row);
  for (const position of taken) {
    const label = labels[position] ?? null;
    if (label === null) target.addNull();
    else if (typeof label === "number") target.addNumber(label);
    else target.addCategory(label);
  }
}

function sourceOf(columns: Map<string, GrownColumn>, rowCount: number): TableSource {
  return {
    rowCount,
    skipped: [],
    columns: [...columns.keys()].map((name) => ({ name, kind: "values", reason: "" })),
    read: async (name, wanted) => {
      const column = columns.get(name) ?? new GrownColumn();
      column.catchUp(rowCount);
      columns.set(name, new GrownColumn());
      return column.finish(wanted);
    },
  };
}
