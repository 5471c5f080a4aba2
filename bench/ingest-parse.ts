/**
 * What the door spends on a row before the writer sees it: scan, parse, fill. One thread, no HTTP, no disk.
 * Run: node bench/ingest-parse.ts [rows per body] [seconds per figure]
 */
import { scanBody } from "#server/ingest/body-scan.ts";
import { BuilderPool } from "#server/ingest/builder-pool.ts";
import { feedJson } from "#server/ingest/feed-json.ts";
import { feedNdjson } from "#server/ingest/feed-ndjson.ts";
import { DEFAULT_INGEST_LIMITS, DEFAULT_INGEST_SETTINGS } from "#server/ingest/ingest-limits.ts";
import { IngestRun } from "#server/ingest/ingest-run.ts";
import { OpenGroup } from "#server/ingest/open-group.ts";
import { PredictionIntake } from "#server/ingest/prediction-intake.ts";
import type { BodyFeed, RowIntake } from "#server/ingest/row-intake.ts";
import { memoryRegistry } from "#server/ingest/testing/memory-registry.ts";
import { makeRow, randomId, seededRandom } from "./workload.ts";

const rowsPerBody = Number(process.argv[2] ?? 1_000);
const secondsEach = Number(process.argv[3] ?? 2);
const start = Date.UTC(2026, 0, 31);
const random = seededRandom(7);
const rows = Array.from({ length: rowsPerBody }, (_, i) =>
  makeRow(random, start + i * 1_000, randomId(random)),
);
const json = Buffer.from(JSON.stringify({ model: "bench", predictions: rows }));
const ndjson = Buffer.from(rows.map((row) => JSON.stringify({ model: "bench", ...row })).join("\n"));
const names = Object.keys(rows[0]?.features ?? {});
const columnar = Buffer.from(
  JSON.stringify({
    model: "bench",
    columns: {
      prediction_id: rows.map((row) => row.prediction_id),
      ts: rows.map((row) => row.ts),
      features: Object.fromEntries(names.map((name) => [name, rows.map((row) => row.features[name])])),
      output: { probability: rows.map((row) => row.output.probability) },
    },
  }),
);
const limits = DEFAULT_INGEST_LIMITS;
const registry = memoryRegistry();
const pool = new BuilderPool();
const parts = { registry, settings: DEFAULT_INGEST_SETTINGS, limits, pool };

function intoColumns(feed: (intake: RowIntake) => BodyFeed): void {
  const run = new IngestRun(parts, null);
  const group = new OpenGroup(pool);
  const scope = {
    report: run.report,
    limits,
    strict: false,
    receivedAt: start + 86_400_000,
    retentionDays: 400,
    makeId: () => "",
  };
  const steps = feed(new PredictionIntake(scope, run));
  while (steps.next().done !== true);
  run.finish(group);
  group.pack();
  if (run.acceptedRows !== rowsPerBody)
    throw new Error(`only ${run.acceptedRows} rows were accepted: ${JSON.stringify(run.report.refusals[0])}`);
}

function rowsPerSecond(work: () => void): number {
  for (let i = 0; i < Math.ceil(20_000 / rowsPerBody); i++) work();
  let done = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < secondsEach * 1_000) {
    work();
    done += rowsPerBody;
  }
  return done / ((performance.now() - startedAt) / 1_000);
}

const parsed: unknown[] = JSON.parse(json.toString()).predictions;
function* feedParsed(intake: RowIntake): BodyFeed {
  intake.defaults("bench", undefined);
  for (let i = 0; i < parsed.length; i++) intake.accept(parsed[i], i, null, -1);
  yield;
}

const figures: [string, () => void][] = [
  ["scan (row ends, depth, keys)", () => void scanBody(json, 0, "predictions")],
  ["JSON.parse of the whole body", () => void JSON.parse(json.toString())],
  ["fill (validate into columns, pack)", () => intoColumns(feedParsed)],
  ["scan + parse + fill, JSON", () => intoColumns((intake) => feedJson(json, "predictions", intake, limits))],
  [
    "scan + parse + fill, NDJSON",
    () => intoColumns((intake) => feedNdjson(Buffer.from(ndjson), intake, limits)),
  ],
  [
    "scan + parse + fill, columns",
    () => intoColumns((intake) => feedJson(columnar, "predictions", intake, limits)),
  ],
];
console.log(`${rowsPerBody} rows a body, ${Math.round(json.length / rowsPerBody)} bytes a row`);
for (const [name, work] of figures) {
  const speed = rowsPerSecond(work);
  console.log(
    `${name.padEnd(36)} ${Math.round(speed / 1_000)
      .toString()
      .padStart(6)} k rows/s  ${(1e6 / speed).toFixed(2)} µs a row`,
  );
}
