import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readColumnFile, type TextTable } from "./column-file.ts";
import { flightId } from "./flight-id.ts";

export const CATEGORY_FEATURES = [
  "carrier",
  "origin",
  "destination",
  "weekday",
  "manufacturer",
  "engine",
] as const;
export const NUMBER_FEATURES = [
  "scheduled_hour",
  "distance",
  "aircraft_age",
  "seats",
  "temperature",
  "humidity",
  "wind_speed",
  "wind_gust",
  "precipitation",
  "pressure",
  "visibility",
  "origin_delay",
  "carrier_delay",
  "hourly_departures",
] as const;
export const FEATURES = [...CATEGORY_FEATURES, ...NUMBER_FEATURES];

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 3_600_000;
const LATE_MINUTES = 15;

/** One column of the log: texts for categories, numbers or null for the rest. */
type Cells = (row: number) => string | number | null;

/** What the flights service logged, as it was; times in milliseconds since 1970. */
export interface FlightsLog {
  readonly predictions: number;
  readonly labels: number;
  readonly id: (row: number) => string;
  readonly predictedAt: Float64Array;
  readonly version: (row: number) => string;
  readonly feature: (name: string) => Cells;
  readonly probability: Cells;
  readonly decision: Cells;
  readonly minutes: Cells;
  readonly labelAt: Float64Array;
  readonly labelId: (label: number) => string;
  readonly delay: (label: number) => number;
  readonly late: (label: number) => 0 | 1;
}

export interface FlightsReference {
  /** CSV text of one version's reference rows, with a header. */
  csv(version: string): string;
}

const open = (name: string) => readColumnFile(readFileSync(join(import.meta.dirname, `${name}.br`)));

function columnOf(table: TextTable, name: string) {
  const column = table.columns.get(name);
  if (column === undefined) throw new Error(`The packed flights have no column ${name}.`);
  return column;
}

function texts(table: TextTable, name: string): (row: number) => string {
  const { dictionary, codes } = columnOf(table, name);
  return (row) => dictionary[codes[row] ?? 0] ?? "";
}

function numbers(table: TextTable, name: string): Cells {
  const { dictionary, codes } = columnOf(table, name);
  const values = dictionary.map((text) => (text === "" ? null : Number(text)));
  return (row) => values[codes[row] ?? 0] ?? null;
}

function orNull(read: (row: number) => string): Cells {
  return (row) => read(row) || null;
}

function runningTimes(table: TextTable): Float64Array {
  const step = numbers(table, "minutes_since_previous");
  const times = new Float64Array(table.rows);
  let minute = 0;
  for (let row = 0; row < table.rows; row++) {
    minute += Number(step(row));
    times[row] = minute * MINUTE_MS;
  }
  return times;
}

function idsOf(table: TextTable, times: Float64Array): (row: number) => string {
  const carrier = texts(table, "carrier");
  const flight = texts(table, "flight");
  const origin = texts(table, "origin");
  return (row) => flightId(times[row] ?? 0, carrier(row), flight(row), origin(row));
}

/** The rows at which each distinct flight is first predicted, in order: what the packed labels count by. */
function firstRows(rows: number, id: (row: number) => string): Uint32Array {
  const seen = new Set<string>();
  const first: number[] = [];
  for (let row = 0; row < rows; row++) {
    const before = seen.size;
    seen.add(id(row));
    if (seen.size > before) first.push(row);
  }
  return Uint32Array.from(first);
}

function labelRows(table: TextTable, first: Uint32Array): Uint32Array {
  const step = numbers(table, "flights_since_previous");
  let position = 0;
  return Uint32Array.from({ length: table.rows }, (_, label) => {
    position += Number(step(label));
    return first[position] ?? 0;
  });
}

function featureCells(table: TextTable): (name: string) => Cells {
  const cells = new Map<string, Cells>();
  for (const name of CATEGORY_FEATURES) cells.set(name, orNull(texts(table, name)));
  for (const name of NUMBER_FEATURES) cells.set(name, numbers(table, name));
  return (name) => {
    const found = cells.get(name);
    if (found === undefined) throw new Error(`The flights have no feature ${name}.`);
    return found;
  };
}

/** Reads the packed log; takes about a second. */
export function readFlightsLog(): FlightsLog {
  const predictions = open("predictions");
  const labels = open("labels");
  const predictedAt = runningTimes(predictions);
  const id = idsOf(predictions, predictedAt);
  const rowOfLabel = labelRows(labels, firstRows(predictions.rows, id));
  const delay = numbers(labels, "delay");
  return {
    predictions: predictions.rows,
    labels: labels.rows,
    id,
    predictedAt,
    version: texts(predictions, "version"),
    feature: featureCells(predictions),
    probability: numbers(predictions, "probability"),
    decision: orNull(texts(predictions, "decision")),
    minutes: numbers(predictions, "minutes"),
    labelAt: runningTimes(labels),
    labelId: (label) => id(rowOfLabel[label] ?? 0),
    delay: (label) => Number(delay(label)),
    late: (label) => (Number(delay(label)) >= LATE_MINUTES ? 1 : 0),
  };
}

const REFERENCE_COLUMNS = [
  "prediction_id",
  "predicted_at",
  ...FEATURES,
  "probability",
  "decision",
  "minutes",
  "late",
  "delay",
];

export function readFlightsReference(): FlightsReference {
  const table = open("reference");
  const times = runningTimes(table);
  const version = texts(table, "version");
  const id = idsOf(table, times);
  const read = (name: string): ((row: number) => string) => {
    if (name === "prediction_id") return id;
    if (name === "predicted_at") return (row) => new Date(times[row] ?? 0).toISOString();
    return texts(table, name);
  };
  return {
    csv(wanted) {
      const columns = REFERENCE_COLUMNS.map(read);
      const lines = [REFERENCE_COLUMNS.join(",")];
      for (let row = 0; row < table.rows; row++)
        if (version(row) === wanted) lines.push(columns.map((column) => column(row)).join(","));
      return `${lines.join("\n")}\n`;
    },
  };
}

/** Whole weeks by which the log is moved so that its last row comes just before `nowMs`: weekdays and hours stay true. */
export function weeksShiftMs(lastRowMs: number, nowMs: number): number {
  return Math.floor((nowMs - lastRowMs) / WEEK_MS) * WEEK_MS;
}
