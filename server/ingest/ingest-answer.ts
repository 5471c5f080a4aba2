import type { IngestRun, RowTrack } from "#server/ingest/ingest-run.ts";
import { type RowReport, WARNING_MESSAGES, type WarningCode } from "#server/ingest/row-report.ts";
import type { AppendedRequest } from "#server/store/append.ts";

export interface RowResult {
  readonly index: number;
  readonly line?: number;
  readonly id: string | null;
  readonly status: "accepted" | "duplicate" | "conflict" | "rejected";
  readonly code: string;
  readonly path?: string;
  readonly message: string;
}

/** The body of a 200 or 207. `rejected` counts conflicts too: accepted + duplicates + rejected is every row. */
export interface IngestAnswer {
  readonly batchId: string | null;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly conflicts?: number;
  readonly warnings: { code: WarningCode; count: number; message: string }[];
  readonly results?: RowResult[];
  /** Results that were left out because there are too many. */
  readonly resultsOmitted?: number;
}

export interface IngestOutcome {
  readonly status: 200 | 207 | 400;
  readonly answer: IngestAnswer;
}

/** What became of a request's rows, in the sender's words. `appended` is null when no row was fit to be stored. */
export function outcomeOf(
  run: IngestRun,
  tracks: readonly RowTrack[],
  appended: AppendedRequest | null,
  options: { allResults: boolean; limit: number },
): IngestOutcome {
  const { report } = run;
  const conflicts = appended?.conflicts.length ?? 0;
  const accepted = appended?.accepted ?? 0;
  const duplicates = run.acceptedRows - conflicts - accepted;
  const rejected = report.refused + conflicts;
  const results = collectResults(run, tracks, appended, options.allResults);
  const answer: IngestAnswer = {
    batchId: appended?.batchId ?? null,
    accepted,
    duplicates,
    rejected,
    ...(conflicts > 0 ? { conflicts } : {}),
    warnings: warningsOf(report),
    ...listed(results, report, options.limit),
  };
  if (rejected === 0) return { status: 200, answer };
  return { status: report.refused === report.rows ? 400 : 207, answer };
}

function warningsOf(report: RowReport): IngestAnswer["warnings"] {
  return [...report.warnings].map(([code, count]) => ({ code, count, message: WARNING_MESSAGES[code] }));
}

function listed(
  results: RowResult[],
  report: RowReport,
  limit: number,
): { results?: RowResult[]; resultsOmitted?: number } {
  const unlisted = report.refused - report.refusals.length;
  if (results.length + unlisted === 0) return {};
  const kept = results.slice(0, limit);
  const omitted = results.length - kept.length + unlisted;
  return omitted > 0 ? { results: kept, resultsOmitted: omitted } : { results: kept };
}

/** Refused and conflicting rows and rows with ids that the server made; with `all`, every row. In the request's order. */
function collectResults(
  run: IngestRun,
  tracks: readonly RowTrack[],
  appended: AppendedRequest | null,
  all: boolean,
): RowResult[] {
  const { report, madeIds } = run;
  if (report.refused === 0 && madeIds.length === 0 && !all && (appended?.conflicts.length ?? 0) === 0)
    return [];
  const byIndex = new Map<number, RowResult>();
  const put = (result: RowResult) =>
    byIndex.set(result.index, { ...withLine(report, result.index), ...result });
  if (all) putAccepted(tracks, put);
  for (const { index, id } of madeIds) put(accepted(index, id));
  for (const [slice, row] of appended?.duplicates ?? []) {
    const found = rowAt(tracks, slice, row);
    if (found !== null && (all || byIndex.has(found.index))) put(duplicate(found.index, found.id));
  }
  for (const [slice, row] of appended?.conflicts ?? []) {
    const found = rowAt(tracks, slice, row);
    if (found !== null) put(conflict(report, found.index, found.id));
  }
  for (const { line, ...refusal } of report.refusals) put({ ...refusal, status: "rejected" });
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

function putAccepted(tracks: readonly RowTrack[], put: (result: RowResult) => void): void {
  for (const { indexes, ids } of tracks) {
    for (const [i, index] of indexes.entries()) put(accepted(index, ids[i] ?? null));
  }
}

function withLine(report: RowReport, index: number): { line?: number } {
  const line = report.lines[index];
  return line === undefined ? {} : { line };
}

function rowAt(
  tracks: readonly RowTrack[],
  slice: number,
  row: number,
): { index: number; id: string | null } | null {
  const track = tracks[slice];
  const index = track?.indexes[row];
  return track === undefined || index === undefined ? null : { index, id: track.ids[row] ?? null };
}

function accepted(index: number, id: string | null): RowResult {
  return { index, id, status: "accepted", code: "accepted", message: "" };
}

function duplicate(index: number, id: string | null): RowResult {
  return { index, id, status: "duplicate", code: "duplicate", message: "" };
}

function conflict(report: RowReport, index: number, id: string | null): RowResult {
  const line = report.lines[index];
  const place = line === undefined ? `row ${index}` : `row ${index} (line ${line})`;
  const message = `${place}: other content is stored under this \`prediction_id\`; the first stays. Use a new id for a new prediction.`;
  return { index, id, status: "conflict", code: "conflict", path: "prediction_id", message };
}
