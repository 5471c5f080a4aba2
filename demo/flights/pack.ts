/**
 * Packs the published flights logs (predictions.csv.gz, labels.csv.gz, reference.csv.gz) into this folder:
 * `node demo/flights/pack.ts FOLDER`. Needed only when the logs change. What follows from other columns is left out:
 * the prediction's id is its scheduled departure, two hours after the prediction, with carrier, flight number and origin.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { encodeColumn, type TextTable, writeColumnFile } from "./column-file.ts";
import { flightId } from "./flight-id.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Say where predictions.csv.gz, labels.csv.gz and reference.csv.gz are.");
  process.exit(2);
}

type Row = Record<string, string>;
const readCsv = (name: string): Row[] =>
  parse(gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))), { columns: true });

const cell = (row: Row, name: string) => row[name] ?? "";

function flightNumber(row: Row): string {
  const number = cell(row, "prediction_id").split("-")[1]?.slice(cell(row, "carrier").length) ?? "";
  const made = flightId(
    Date.parse(cell(row, "predicted_at")),
    cell(row, "carrier"),
    number,
    cell(row, "origin"),
  );
  if (made !== row.prediction_id)
    throw new Error("A prediction's id does not follow from its other columns.");
  return number;
}

function packRows(rows: readonly Row[], columns: Record<string, (row: Row) => string>): TextTable {
  return {
    rows: rows.length,
    columns: new Map(Object.entries(columns).map(([name, read]) => [name, encodeColumn(rows.map(read))])),
  };
}

/** Minutes since the previous row, so that the column has few distinct values. */
function minutesSincePrevious(rows: readonly Row[], name: string): string[] {
  let previous = 0;
  return rows.map((row) => {
    const minute = Date.parse(cell(row, name)) / 60_000;
    const step = minute - previous;
    previous = minute;
    return String(step);
  });
}

function withTimes(table: TextTable, name: string, steps: readonly string[]): TextTable {
  return { rows: table.rows, columns: new Map([[name, encodeColumn(steps)], ...table.columns]) };
}

const FEATURES =
  "carrier origin destination weekday manufacturer engine scheduled_hour distance aircraft_age seats temperature humidity wind_speed wind_gust precipitation pressure visibility origin_delay carrier_delay hourly_departures".split(
    " ",
  );
const plain = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, (row: Row) => cell(row, name)]));

const predictions = readCsv("predictions");
const reference = readCsv("reference");
const labels = readCsv("labels");
const shared = { flight: flightNumber, ...plain([...FEATURES, "probability", "decision", "minutes"]) };
const write = (name: string, table: TextTable) => {
  const file = writeColumnFile(table);
  writeFileSync(join(import.meta.dirname, `${name}.br`), file);
  console.log(`${name}: ${table.rows} rows, ${file.length} bytes`);
};
write(
  "predictions",
  withTimes(
    packRows(predictions, { ...plain(["version", "stage"]), ...shared }),
    "minutes_since_previous",
    minutesSincePrevious(predictions, "predicted_at"),
  ),
);
write(
  "reference",
  withTimes(
    packRows(reference, { version: (row) => cell(row, "version"), ...shared, ...plain(["late", "delay"]) }),
    "minutes_since_previous",
    minutesSincePrevious(reference, "predicted_at"),
  ),
);

/** A label names its flight by position among the distinct ids of the predictions. */
const position = new Map<string, number>();
for (const row of predictions)
  if (!position.has(cell(row, "prediction_id"))) position.set(cell(row, "prediction_id"), position.size);
let previousPosition = 0;
const positionSteps = labels.map((row) => {
  const here = position.get(cell(row, "prediction_id"));
  if (here === undefined) throw new Error("A label's prediction is not in the log.");
  const step = here - previousPosition;
  previousPosition = here;
  return String(step);
});
write("labels", {
  rows: labels.length,
  columns: new Map([
    ["minutes_since_previous", encodeColumn(minutesSincePrevious(labels, "label_at"))],
    ["flights_since_previous", encodeColumn(positionSteps)],
    ["delay", encodeColumn(labels.map((row) => cell(row, "delay")))],
  ]),
});
if (labels.some((row) => Number(row.delay) >= 15 !== (row.late === "1")))
  throw new Error("Late is not delay ≥ 15 minutes.");
