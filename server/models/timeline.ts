import type { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import {
  insertModelEvent,
  type ModelEventRow,
  readModelEvents,
  readStageEvents,
} from "#db/queries/model-events.ts";
import type { EventInput, TimelineEvent } from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import { formatInstant, parseInstant } from "#server/kernel/instant.ts";
import type { ChampionInterval } from "#server/models/model-registry.ts";
import { championIntervals, type StageChange, type StageNow, stagesAfter } from "#server/models/stages.ts";

export interface NewEvent {
  readonly kind: TimelineEvent["kind"];
  readonly version?: string | null;
  readonly stage?: StageNow["stage"] | null;
  /** Milliseconds since 1970; now when left out. */
  readonly at?: number;
  readonly text: string;
  readonly actor: string;
}

export function recordEvent(
  meta: MetaDatabase,
  clock: Clock,
  modelId: number,
  event: NewEvent,
): TimelineEvent {
  const now = clock.now();
  const row: ModelEventRow = {
    id: newId("evt"),
    modelId,
    kind: event.kind,
    version: event.version ?? null,
    stage: event.stage ?? null,
    at: event.at ?? now,
    text: event.text,
    actor: event.actor,
    createdAt: now,
  };
  insertModelEvent(meta, row);
  return toTimelineEvent(row);
}

/** Reads what a caller sent as an event; a stage change must say of which version and to which stage. */
export function readEventInput(input: z.infer<typeof EventInput>, actor: string): NewEvent {
  const at = input.at === undefined ? {} : { at: parseInstant(input.at, "at") };
  if (input.kind !== "stage") {
    return {
      kind: input.kind,
      version: input.version ?? null,
      ...at,
      text: input.text ?? defaultText(input),
      actor,
    };
  }
  if (input.version === undefined || input.stage === undefined) {
    throw new ServiceError("bad_request", "A stage event needs `version` and `stage`.", {
      reason: "missing_field",
      errors: [
        { path: input.version === undefined ? "version" : "stage", code: "missing", message: "Missing." },
      ],
    });
  }
  const text = input.text ?? `${input.version} is ${input.stage}.`;
  return { kind: "stage", version: input.version, stage: input.stage, ...at, text, actor };
}

function defaultText(input: z.infer<typeof EventInput>): string {
  if (input.kind === "note")
    throw new ServiceError("bad_request", "A note needs `text`.", { reason: "missing_field" });
  return input.version === undefined ? "Deployed." : `${input.version} deployed.`;
}

export function listEvents(meta: MetaDatabase, modelId: number, from: number, to: number): TimelineEvent[] {
  return readModelEvents(meta, modelId, from, to).map(toTimelineEvent);
}

function toTimelineEvent(row: ModelEventRow): TimelineEvent {
  return {
    id: row.id,
    kind: row.kind,
    at: formatInstant(row.at),
    version: row.version,
    stage: row.stage,
    text: row.text,
    actor: row.actor,
  };
}

function stageChanges(meta: MetaDatabase, modelId: number): StageChange[] {
  return readStageEvents(meta, modelId).flatMap(({ version, stage, at }) =>
    version === null || stage === null ? [] : [{ version, stage, at }],
  );
}

export function readStages(meta: MetaDatabase, modelId: number): Map<string, StageNow> {
  return stagesAfter(stageChanges(meta, modelId));
}

export function readChampionIntervals(meta: MetaDatabase, modelId: number): ChampionInterval[] {
  return championIntervals(stageChanges(meta, modelId));
}
