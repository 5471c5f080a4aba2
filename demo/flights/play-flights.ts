import type { ServiceClient } from "../service-client.ts";
import { FEATURES, type FlightsLog } from "./flights-log.ts";
import { FLIGHTS_MODELS, type FlightsModel } from "./flights-models.ts";

export interface Progress {
  /** Predictions and labels sent so far, over both models. */
  readonly predictions: number;
  readonly labels: number;
  readonly totalPredictions: number;
  readonly totalLabels: number;
}

const HISTORY_ROWS = 2_000;
const HISTORY_CONCURRENCY = 4;

/** First row whose time is at or after `ms`. */
export function lowerBound(times: Float64Array, ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

const iso = (ms: number) => new Date(ms).toISOString();

function outputOf(model: FlightsModel, log: FlightsLog, row: number) {
  return model === "flight-late"
    ? { value: log.decision(row), probability: log.probability(row) }
    : { value: log.minutes(row) };
}

export function predictionRow(model: FlightsModel, log: FlightsLog, row: number, shiftMs: number) {
  return {
    prediction_id: log.id(row),
    version: log.version(row),
    ts: iso((log.predictedAt[row] ?? 0) + shiftMs),
    features: Object.fromEntries(FEATURES.map((name) => [name, log.feature(name)(row)])),
    output: outputOf(model, log, row),
  };
}

/** The bulk form of one version's rows: an array a column. */
function columnarBody(
  model: FlightsModel,
  log: FlightsLog,
  version: string,
  rows: readonly number[],
  shiftMs: number,
) {
  const column = (read: (row: number) => unknown) => rows.map(read);
  const output =
    model === "flight-late"
      ? { value: column(log.decision), probability: column(log.probability) }
      : { value: column(log.minutes) };
  return {
    model,
    version,
    columns: {
      prediction_id: column(log.id),
      ts: column((row) => (log.predictedAt[row] ?? 0) + shiftMs),
      features: Object.fromEntries(FEATURES.map((name) => [name, column(log.feature(name))])),
      output,
    },
  };
}

function labelRows(model: FlightsModel, log: FlightsLog, from: number, to: number, shiftMs: number) {
  return Array.from({ length: to - from }, (_, offset) => ({
    prediction_id: log.labelId(from + offset),
    value: model === "flight-late" ? log.late(from + offset) : log.delay(from + offset),
    ts: iso((log.labelAt[from + offset] ?? 0) + shiftMs),
  }));
}

function byVersion(log: FlightsLog, from: number, to: number): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (let row = from; row < to; row++) {
    const version = log.version(row);
    const list = rows.get(version);
    if (list === undefined) rows.set(version, [row]);
    else list.push(row);
  }
  return rows;
}

/** Runs the jobs with a few in flight at once; the first failure stops the rest. */
async function inFlight(jobs: Iterator<() => Promise<void>>, count: number): Promise<void> {
  let failed = false;
  const worker = async () => {
    for (let next = jobs.next(); next.done !== true && !failed; next = jobs.next()) {
      try {
        await next.value();
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
}

/** Logs everything from `fromMs` up to `untilMs` (times of the log, not moved) as fast as the server takes it. */
export async function playHistory(options: {
  client: ServiceClient;
  log: FlightsLog;
  shiftMs: number;
  fromMs: number;
  untilMs: number;
  onProgress: (progress: Progress) => void;
}): Promise<Progress> {
  const { client, log, shiftMs } = options;
  const firstRow = lowerBound(log.predictedAt, options.fromMs);
  const lastRow = lowerBound(log.predictedAt, options.untilMs);
  const firstLabel = lowerBound(log.labelAt, options.fromMs);
  const lastLabel = lowerBound(log.labelAt, options.untilMs);
  const models = FLIGHTS_MODELS.map((model) => model.slug);
  let predictions = 0;
  let labels = 0;
  const progress = (): Progress => ({
    predictions,
    labels,
    totalPredictions: (lastRow - firstRow) * models.length,
    totalLabels: (lastLabel - firstLabel) * models.length,
  });

  function* jobs(): Iterator<() => Promise<void>> {
    let label = firstLabel;
    for (let row = firstRow; row < lastRow; row += HISTORY_ROWS) {
      const end = Math.min(lastRow, row + HISTORY_ROWS);
      for (const model of models)
        for (const [version, rows] of byVersion(log, row, end))
          yield async () => {
            await client.post("/api/v1/predictions", columnarBody(model, log, version, rows, shiftMs));
            predictions += rows.length;
            options.onProgress(progress());
          };
      const knownBy = end === lastRow ? lastLabel : lowerBound(log.labelAt, log.predictedAt[end] ?? 0);
      for (let start = label; start < knownBy; start += HISTORY_ROWS) {
        const stop = Math.min(knownBy, start + HISTORY_ROWS);
        for (const model of models)
          yield async () => {
            await client.post("/api/v1/labels", {
              model,
              labels: labelRows(model, log, start, stop, shiftMs),
            });
            labels += stop - start;
            options.onProgress(progress());
          };
      }
      label = Math.max(label, knownBy);
    }
  }

  await inFlight(jobs(), HISTORY_CONCURRENCY);
  return progress();
}

const TICK_MS = 250;

/** Goes on from `fromMs` at `speed` seconds of the log a second, a few requests a tick, until the log or the patience ends. */
export async function playLive(options: {
  client: ServiceClient;
  log: FlightsLog;
  shiftMs: number;
  fromMs: number;
  speed: number;
  now: () => number;
  onTick: (logMs: number, sent: { predictions: number; labels: number }) => void;
}): Promise<void> {
  const { client, log, shiftMs } = options;
  const startedMs = options.now();
  const endMs = Math.max(log.predictedAt.at(-1) ?? 0, log.labelAt.at(-1) ?? 0);
  let row = lowerBound(log.predictedAt, options.fromMs);
  let label = lowerBound(log.labelAt, options.fromMs);
  const sent = { predictions: 0, labels: 0 };
  while (!client.stopped && (row < log.predictions || label < log.labels)) {
    const logMs = Math.min(endMs + 1, options.fromMs + (options.now() - startedMs) * options.speed);
    const nextRow = lowerBound(log.predictedAt, logMs);
    const nextLabel = lowerBound(log.labelAt, logMs);
    for (const { slug } of FLIGHTS_MODELS) {
      const rows = Array.from({ length: nextRow - row }, (_, offset) =>
        predictionRow(slug, log, row + offset, shiftMs),
      );
      if (rows.length > 0) await client.post("/api/v1/predictions", { model: slug, predictions: rows });
      if (nextLabel > label)
        await client.post("/api/v1/labels", {
          model: slug,
          labels: labelRows(slug, log, label, nextLabel, shiftMs),
        });
    }
    sent.predictions += (nextRow - row) * FLIGHTS_MODELS.length;
    sent.labels += (nextLabel - label) * FLIGHTS_MODELS.length;
    row = nextRow;
    label = nextLabel;
    options.onTick(logMs, sent);
    await client.wait(TICK_MS);
  }
}
