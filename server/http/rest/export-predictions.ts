import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { z } from "zod";
import type { ModelDetail, PredictionRow, PredictionsInput } from "#server/api/contract.ts";
import type { Services } from "#server/api/services.ts";
import { type CsvCell, toCsv } from "#server/http/rest/to-csv.ts";

export type ExportFormat = "csv" | "ndjson";

interface CsvColumn {
  readonly header: string;
  cell(row: PredictionRow): CsvCell;
}

/** Streams every row of a search. One page is in memory at a time, and none is read before the last was taken. */
export async function exportPredictions(
  response: ServerResponse,
  services: Services,
  input: z.infer<typeof PredictionsInput>,
  format: ExportFormat,
): Promise<void> {
  const columns = csvColumns(await services.models.get(input.model));
  const pages = services.predictions.pages(input)[Symbol.asyncIterator]();
  // The first page is read before the status is sent, so that a refusal still is one.
  let page = await pages.next();
  const type =
    format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
  response.writeHead(200, {
    "content-type": type,
    "cache-control": "no-store",
    "content-disposition": `attachment; filename="predictions.${format}"`,
  });
  if (format === "csv") response.write(toCsv([columns.map(({ header }) => header)]));
  while (page.done !== true && !response.destroyed) {
    const text = format === "csv" ? rowsToCsv(columns, page.value) : rowsToNdjson(page.value);
    if (!response.write(text)) await drained(response);
    page = await pages.next();
  }
  await pages.return?.();
  response.end();
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const given = new AbortController();
  const { signal } = given;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]).finally(() =>
    given.abort(),
  );
}

function rowsToNdjson(rows: readonly PredictionRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function rowsToCsv(columns: readonly CsvColumn[], rows: readonly PredictionRow[]): string {
  return toCsv(rows.map((row) => columns.map((column) => column.cell(row))));
}

function csvColumns(model: ModelDetail): CsvColumn[] {
  const features = new Set(model.features.map(({ name }) => name));
  const dimensions = model.segments.map(({ key }) => key).filter((key) => !features.has(key));
  return [
    column("model", (row) => row.model),
    column("version", (row) => row.version),
    column("prediction_id", (row) => row.prediction_id),
    column("ts", (row) => row.ts),
    column("received_at", (row) => row.received_at),
    ...outputColumns(model),
    column("label", (row) => row.label?.value),
    column("label_ts", (row) => row.label?.ts),
    column("latency_ms", (row) => row.latency_ms),
    ...dimensions.map((key) => column(`segments.${key}`, (row) => own(row.segments, key))),
    ...model.features.map(({ name }) => column(`features.${name}`, (row) => own(row.features, name))),
  ];
}

function outputColumns({ task }: ModelDetail): CsvColumn[] {
  const value = column("output.value", (row) => row.output.value);
  if (task === "binary") return [value, column("output.probability", (row) => row.output.probability)];
  if (task === "multiclass") {
    return [value, column("output.probabilities", (row) => json(row.output.probabilities))];
  }
  if (task === "regression") return [value];
  return [
    column("output.items", (row) => json(row.output.items)),
    column("output.scores", (row) => json(row.output.scores)),
  ];
}

function column(header: string, cell: (row: PredictionRow) => CsvCell): CsvColumn {
  return { header, cell };
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
