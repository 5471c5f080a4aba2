import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { chooseFeatures, type FeatureColumn } from "#server/references/choose-features.ts";
import { type ColumnMap, completeColumnMap } from "#server/references/column-map.ts";
import type { SkippedColumn } from "#server/references/reference.ts";
import { selectRows } from "#server/references/selected-rows.ts";
import type { TableSource } from "#server/references/table-source.ts";
import { versionRows } from "#server/references/version-rows.ts";
import type { Column } from "#server/store/columns.ts";

export interface ProfileJob {
  readonly source: TableSource;
  readonly map: ColumnMap;
  readonly model: ModelSchema;
  readonly version: string;
  readonly onColumns?: (columns: number, ofColumns: number) => void;
}

/** The table as the profile sees it: by our names, rows of one version only. */
export interface ProfiledTable {
  readonly job: ProfileJob;
  readonly map: ColumnMap;
  readonly rowCount: number;
  readonly features: readonly FeatureColumn[];
  readonly skipped: SkippedColumn[];
  read(column: string, wanted: "number" | "category" | null): Promise<Column>;
}

export async function openProfiledTable(job: ProfileJob): Promise<ProfiledTable> {
  const { source, model, version } = job;
  const names = source.columns.map((column) => column.name);
  const map = completeColumnMap(job.map, names, model);
  const { positions, note } = await versionRows(source, map, version, job.map.columns.has("version"));
  const chosen = chooseFeatures(source, map, model);
  const rowCount = positions?.length ?? source.rowCount;
  if (rowCount === 0) {
    throw new ServiceError(
      "bad_request",
      "The file has no rows to profile; a reference needs at least one.",
      {
        reason: "no_rows",
        facts: { skipped: source.skipped.length },
      },
    );
  }
  return {
    job,
    map,
    rowCount,
    features: chosen.features,
    skipped: [...(note === null ? [] : [note]), ...chosen.skipped, ...source.skipped],
    read: async (column, wanted) => {
      const all = await source.read(column, wanted);
      return positions === null ? all : selectRows(all, positions);
    },
  };
}
