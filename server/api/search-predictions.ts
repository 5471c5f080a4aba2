import type { z } from "zod";
import type { PredictionRow, PredictionsAnswer, PredictionsInput } from "#server/api/contract.ts";
import { parseSegments, parseWhere } from "#server/api/parse-where.ts";
import { formatInstant, formatInstantOrNull, parseInstant } from "#server/kernel/instant.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { EventReader, RowCondition, RowPage, StoredPrediction } from "#server/store/event-store.ts";
import { windowLevels, windowStart, windowStartAfter } from "#server/windows/levels.ts";

const LIMIT = 100;
/** A search gives up and answers with what it has after this long. */
const BUDGET_MS = 1_000;
const ALL_TIME = { from: -8.64e15, to: 8.64e15 };

type Input = z.infer<typeof PredictionsInput>;

export interface SearchArgs {
  readonly reader: EventReader;
  readonly model: ModelSchema;
  readonly input: Input;
  /** For exports: more than a page of the API may have, and nobody looks at the count. */
  readonly limit?: number;
}

export function searchPredictions({ reader, model, input, limit }: SearchArgs): PredictionsAnswer {
  const range = readRange(input);
  const page = reader.readRows({
    modelId: model.modelId,
    ...(input.version === undefined ? {} : { versions: [input.version] }),
    ...range,
    where: conditionsOf(input, model),
    ...(input.labelled === undefined ? {} : { labelled: input.labelled }),
    order: input.sort === "ts" ? "oldest" : "newest",
    limit: limit ?? input.limit ?? LIMIT,
    cursor: input.cursor ?? null,
    budgetMs: BUDGET_MS,
  });
  const inRange = limit === undefined ? countInRange(reader, model, input.version, range) : 0;
  return { ...toAnswer(page, model.slug), inRange };
}

function readRange(input: Input): { from: number; to: number } {
  return {
    from: input.from === undefined ? ALL_TIME.from : parseInstant(input.from, "from"),
    to: input.to === undefined ? ALL_TIME.to : parseInstant(input.to, "to"),
  };
}

function conditionsOf(input: Input, model: ModelSchema): RowCondition[] {
  const id: RowCondition[] =
    input.id === undefined ? [] : [{ column: "prediction_id", op: "=", value: input.id }];
  return [...id, ...parseSegments(input.segment ?? [], model), ...parseWhere(input.where ?? "", model)];
}

function toAnswer(page: RowPage, slug: string): Omit<PredictionsAnswer, "inRange"> {
  return {
    rows: page.rows.map((row) => toPredictionRow(row, slug)),
    cursor: page.cursor,
    partial: page.partial,
    scanned: page.scanned,
    reached: formatInstantOrNull(page.reachedTs),
  };
}

export function toPredictionRow(row: StoredPrediction, slug: string): PredictionRow {
  return {
    model: slug,
    version: row.version,
    prediction_id: row.predictionId,
    ts: formatInstant(row.ts),
    ts_source: row.tsSource,
    received_at: formatInstant(row.receivedAt),
    features: row.features,
    segments: row.segments,
    output: toOutput(row.output),
    latency_ms: row.latencyMs,
    label:
      row.label === null
        ? null
        : {
            value: row.label.value,
            ts: formatInstant(row.label.ts),
            received_at: formatInstant(row.label.receivedAt),
          },
  };
}

function toOutput({ items, scores, ...rest }: StoredPrediction["output"]): PredictionRow["output"] {
  return {
    ...rest,
    ...(items === undefined ? {} : { items: [...items] }),
    ...(scores === undefined ? {} : { scores: [...scores] }),
  };
}

/** From the windows that the range touches, days where they are kept: a count of rows without reading one. */
function countInRange(
  reader: EventReader,
  model: ModelSchema,
  version: string | undefined,
  { from, to }: { from: number; to: number },
): number {
  const levels = windowLevels(model.windowMs);
  const coarse = levels.at(-1) ?? model.windowMs;
  const count = (levelMs: number, start: number, end: number) =>
    start >= end
      ? 0
      : reader
          .readWindows({
            modelId: model.modelId,
            ...(version === undefined ? {} : { versions: [version] }),
            levelMs,
            from: start,
            to: end,
            withSegments: false,
          })
          .reduce((sum, { predictions }) => sum + predictions, 0);
  const firstWhole = windowStartAfter(from, coarse);
  const lastWhole = windowStart(to, coarse);
  if (firstWhole >= lastWhole) return count(model.windowMs, windowStart(from, model.windowMs), to);
  return (
    count(model.windowMs, windowStart(from, model.windowMs), firstWhole) +
    count(coarse, firstWhole, lastWhole) +
    count(model.windowMs, lastWhole, to)
  );
}
