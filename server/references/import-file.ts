import { stat } from "node:fs/promises";
import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { parseColumnMap } from "#server/references/column-map.ts";
import { readCsvTable } from "#server/references/csv-table.ts";
import type { GrownTable, GrownTableOptions } from "#server/references/grown-table.ts";
import { readNdjsonTable } from "#server/references/ndjson-table.ts";
import { openParquetTable } from "#server/references/parquet-table.ts";
import { type Profile, profileTable } from "#server/references/profile-table.ts";
import type { ProfileJob } from "#server/references/profiled-table.ts";

export type FileFormat = "csv" | "ndjson" | "parquet";

export interface ImportJob {
  readonly path: string;
  readonly format: FileFormat;
  readonly map: string | null;
  readonly model: ModelSchema;
  readonly version: string;
}

export interface ImportProgress {
  readonly rows: number;
  /** Null until the whole file was read (CSV, NDJSON). */
  readonly ofRows: number | null;
}

/** Reads an uploaded file into a profile. Runs in a thread of its own. */
export async function importFile(
  job: ImportJob,
  onProgress: (progress: ImportProgress) => void,
): Promise<Profile> {
  const map = parseColumnMap(job.map, job.model);
  const { size } = await stat(job.path);
  if (size === 0) {
    throw new ServiceError("bad_request", "The file is empty; send a file with at least one row.", {
      reason: "empty_file",
    });
  }
  const ofProfile = (rowCount: number): ProfileJob["onColumns"] => {
    return (columns, ofColumns) =>
      onProgress({ rows: Math.round((rowCount * columns) / ofColumns), ofRows: rowCount });
  };
  const { model, version } = job;
  if (job.format === "parquet") {
    const source = await openParquetTable(job.path);
    try {
      return await profileTable({ source, map, model, version, onColumns: ofProfile(source.rowCount) });
    } finally {
      await source.close();
    }
  }
  const source = await readRows(job, {
    isText: textColumns(model, map.columns),
    onRows: (rows) => onProgress({ rows, ofRows: null }),
  });
  refuseMostlyBroken(source);
  return profileTable({ source, map, model, version, onColumns: ofProfile(source.rowCount) });
}

function readRows(job: ImportJob, options: GrownTableOptions): Promise<GrownTable> {
  return job.format === "csv" ? readCsvTable(job.path, options) : readNdjsonTable(job.path, options);
}

/** Declared categories keep their texts as they are written: `007` is no 7 and `1.50` no 1.5. */
function textColumns(model: ModelSchema, columns: ReadonlyMap<string, string>): (name: string) => boolean {
  const byColumn = new Map([...columns].map(([ours, column]) => [column, ours]));
  const categories = new Set(
    model.features.filter(({ type }) => type === "category").map(({ name }) => name),
  );
  return (name) => {
    const ours = byColumn.get(name) ?? name;
    return categories.has(ours.startsWith("features.") ? ours.slice("features.".length) : ours);
  };
}

/** A few bad rows are left out and reported; a file that is mostly bad is another format or broken. */
function refuseMostlyBroken(table: GrownTable): void {
  const skipped = table.skippedCount();
  if (skipped <= table.rowCount) return;
  const first = table.skipped[0];
  throw new ServiceError(
    "bad_request",
    `${skipped} of ${skipped + table.rowCount} rows of the file cannot be read. The first: ${first?.what ?? ""}: ${first?.reason ?? ""}`,
    {
      reason: "unreadable_rows",
      errors: table.skipped.map(({ what, reason }) => ({
        path: what,
        code: "unreadable_row",
        message: reason,
      })),
    },
  );
}
