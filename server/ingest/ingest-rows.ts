import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { tooDeepBody } from "#server/ingest/body-refusals.ts";
import { feedTree, type IngestKind } from "#server/ingest/feed-json.ts";
import type { GroupQueue } from "#server/ingest/group-queue.ts";
import { derivedId, idempotencyMismatch } from "#server/ingest/idempotency-guard.ts";
import { type IngestAnswer, type IngestOutcome, outcomeOf } from "#server/ingest/ingest-answer.ts";
import { countAck, countBy, type IngestCounters } from "#server/ingest/ingest-counters.ts";
import type { IngestLimits, IngestSettings } from "#server/ingest/ingest-limits.ts";
import { IngestRun } from "#server/ingest/ingest-run.ts";
import { isDeeperThan } from "#server/ingest/json-tree.ts";
import { LabelIntake } from "#server/ingest/label-intake.ts";
import { PredictionIntake } from "#server/ingest/prediction-intake.ts";
import type { RowScope } from "#server/ingest/row-fields.ts";
import type { BodyFeed, RowIntake } from "#server/ingest/row-intake.ts";
import type { Clock } from "#server/kernel/clock.ts";
import type { ServiceError } from "#server/kernel/errors.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import type { AppendedRequest } from "#server/store/append.ts";

/** What a request is taken in with; the front door has checked the key and its quota. */
export interface IngestContext {
  readonly keyId: string | null;
  readonly requestId: string;
  readonly clock: Clock;
  readonly registry: ModelRegistry;
  readonly queue: GroupQueue;
  readonly limits: IngestLimits;
  readonly settings: IngestSettings;
}

export interface IngestOptions {
  readonly kind: IngestKind;
  readonly idempotencyKey: string | null;
  readonly bodyHash: string | null;
  readonly strict: boolean;
  readonly allResults: boolean;
}

/** Bodies up to this size are parsed in one go, straight into the open group: no other request can come between. */
const SHARED_BYTES = 64 * 1_024;
/** How long a large body may keep the event loop, milliseconds. */
const TURN_MS = 4;

/** Reads rows by `feed`, queues what is fit to be stored, and says what became of each row once it is committed. */
export async function ingestRows(
  feed: (intake: RowIntake) => BodyFeed,
  bytes: number,
  options: IngestOptions,
  context: IngestContext,
  onQueued: () => void = () => {},
): Promise<IngestOutcome> {
  const { queue, limits } = context;
  const startedAt = performance.now();
  const isSmall = bytes <= SHARED_BYTES;
  const run = new IngestRun({ ...context, pool: queue.pool }, isSmall ? queue.open : null);
  try {
    const rows = feed(intakeFor(run, options, context));
    if (isSmall) readAll(rows);
    else await readInTurns(rows);
    if (run.madeIds.length > 0 && options.idempotencyKey === null) warnOfMadeIds(run);
  } catch (error) {
    run.rollBack();
    throw error;
  }
  const waiting = run.acceptedRows === 0 ? null : store(run, bytes, options, context);
  // From here on the request counts as queued, not as being read.
  onQueued();
  const stored = await waiting;
  const resultOptions = { allResults: options.allResults, limit: limits.listedResults };
  const outcome = outcomeOf(run, stored?.tracks ?? [], stored?.appended ?? null, resultOptions);
  const isReplay = stored?.appended.replayed === true;
  count(queue.counters, run, isReplay ? asDuplicates(outcome.answer) : outcome.answer, options.kind);
  countAck(queue.counters, performance.now() - startedAt);
  return outcome;
}

function intakeFor(run: IngestRun, options: IngestOptions, context: IngestContext): RowIntake {
  const { idempotencyKey, strict } = options;
  const scope: RowScope = {
    report: run.report,
    limits: context.limits,
    strict,
    receivedAt: context.queue.receiveTime(),
    retentionDays: context.settings.retentionDays,
    makeId: idempotencyKey === null ? () => randomUUID() : (index) => derivedId(idempotencyKey, index),
  };
  return options.kind === "predictions" ? new PredictionIntake(scope, run) : new LabelIntake(scope, run);
}

function readAll(rows: BodyFeed): void {
  while (rows.next().done !== true);
}

async function readInTurns(rows: BodyFeed): Promise<void> {
  let turnStartedAt = performance.now();
  while (rows.next().done !== true) {
    if (performance.now() - turnStartedAt < TURN_MS) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
}

function warnOfMadeIds(run: IngestRun): void {
  for (let i = 0; i < run.madeIds.length; i++) run.report.warn("no_idempotency");
}

async function store(run: IngestRun, bytes: number, options: IngestOptions, context: IngestContext) {
  const { queue } = context;
  const { tracks, predictions, labels } = joinGroup(run, queue);
  const { keyId, requestId } = context;
  const { idempotencyKey, bodyHash } = options;
  const request = { requestId, keyId, idempotencyKey, bodyHash, predictions, labels };
  const appended = await queue.submit(request, run.acceptedRows, bytes);
  if (appended.failure !== null) throw storeRefusal(appended.failure, queue);
  return { tracks, appended };
}

function joinGroup(run: IngestRun, queue: GroupQueue): ReturnType<IngestRun["finish"]> {
  try {
    return run.finish(queue.open);
  } catch (error) {
    run.rollBack();
    throw error;
  }
}

const STORE_REFUSALS: Record<string, string> = {
  storage_full:
    "The disk is full: nothing of this request was stored. Free space, then send the same bytes again.",
  read_only: "The data folder cannot be written to: nothing of this request was stored.",
  io_error: "The disk failed while writing: nothing of this request was stored. Send the same bytes again.",
  poison: "This request could not be stored; the log says why.",
};

function storeRefusal(failure: NonNullable<AppendedRequest["failure"]>, queue: GroupQueue): ServiceError {
  if (failure.reason === "idempotency_conflict") return idempotencyMismatch();
  return queue.refusal(failure.reason, STORE_REFUSALS[failure.reason] ?? "This request was not stored.");
}

/** The first answer of an idempotency key given again: its rows were counted then. */
function asDuplicates(answer: IngestAnswer): IngestAnswer {
  return { ...answer, accepted: 0, duplicates: answer.duplicates + answer.accepted };
}

function count(counters: IngestCounters, run: IngestRun, answer: IngestAnswer, kind: IngestKind): void {
  const conflicts = answer.conflicts ?? 0;
  counters.requests++;
  if (kind === "predictions") counters.rowsAccepted += answer.accepted;
  else counters.labelsAccepted += answer.accepted;
  counters.rowsDuplicate += answer.duplicates;
  counters.rowsConflict += conflicts;
  counters.rowsRejected += answer.rejected - conflicts;
  for (const [code, rows] of run.report.refusedByCode) countBy(counters.rejectedByCode, code, rows);
  for (const [code, rows] of run.report.warnings) countBy(counters.warnings, code, rows);
}

/** `predictions.log` of tRPC: the same rows, checks and answers; refused rows are data. */
export function logPredictions(body: unknown, context: IngestContext): Promise<IngestAnswer> {
  return logTree(body, "predictions", context);
}

/** `labels.log` of tRPC. */
export function logLabels(body: unknown, context: IngestContext): Promise<IngestAnswer> {
  return logTree(body, "labels", context);
}

async function logTree(body: unknown, kind: IngestKind, context: IngestContext): Promise<IngestAnswer> {
  const { limits, queue } = context;
  if (isDeeperThan(body, limits.depth + 3)) throw tooDeepBody(limits);
  const bytes = approximateBytes(body);
  const ticket = queue.enter(bytes);
  try {
    const options = { kind, idempotencyKey: null, bodyHash: null, strict: false, allResults: false };
    const { answer } = await ingestRows(
      (intake) => feedTree(body, kind, intake, limits),
      bytes,
      options,
      context,
    );
    return answer;
  } finally {
    ticket.release();
  }
}

const BYTES_PER_KEY = 24;

/** A parsed body's weight, near enough for admission. */
function approximateBytes(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 0;
  for (const child of Object.values(value)) bytes += BYTES_PER_KEY + approximateBytes(child);
  return bytes;
}
