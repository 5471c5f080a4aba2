import type { StoredModel } from "#db/queries/models.ts";
import type { ModelDetail, ModelListItem, ReferenceInfo, VersionInfo } from "#server/api/contract.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import type { ChampionInterval } from "#server/models/model-registry.ts";
import type { StageNow } from "#server/models/stages.ts";
import { formatWindowWidth } from "#server/models/window-width.ts";
import type { ReferenceFacts } from "#server/references/reference.ts";
import type { ModelCounts } from "#server/store/event-store.ts";

/** What is known of a model beside its record, from wherever it is kept. */
export interface ModelFacts {
  readonly stored: StoredModel;
  readonly versions: readonly string[];
  readonly stages: ReadonlyMap<string, StageNow>;
  readonly champions: readonly ChampionInterval[];
  readonly counts: readonly ModelCounts[];
  readonly references: readonly ReferenceFacts[];
  readonly openAlerts: { readonly page: number; readonly ticket: number };
}

export function toModelListItem(facts: ModelFacts): ModelListItem {
  const { stored, counts } = facts;
  return {
    model: stored.schema.slug,
    name: stored.name,
    task: stored.schema.task,
    liveVersion: liveVersion(facts.champions),
    versions: allVersions(facts).length,
    predictions: sum(counts.map(({ predictions }) => predictions)),
    labelled: sum(counts.map(({ labelled }) => labelled)),
    watermark: formatInstantOrNull(latest(counts.map(({ lastTs }) => lastTs))),
    lastReceivedAt: formatInstantOrNull(latest(counts.map(({ lastReceivedAt }) => lastReceivedAt))),
    openAlerts: { ...facts.openAlerts },
    createdAt: formatInstant(stored.createdAt),
  };
}

export function toModelDetail(facts: ModelFacts, segments: ModelDetail["segments"]): ModelDetail {
  const { stored, counts } = facts;
  const { schema } = stored;
  const item = toModelListItem(facts);
  return {
    model: item.model,
    name: item.name,
    task: item.task,
    window: formatWindowWidth(schema.windowMs),
    positiveClass: schema.positiveClass,
    threshold: schema.threshold,
    budgetWeeks: stored.budgetWeeks,
    features: schema.features.map(({ name, type, segment }) => ({ name, type, segment })),
    segments,
    versions: allVersions(facts).map((version) => toVersionInfo(facts, version)),
    liveVersion: item.liveVersion,
    references: facts.references.map(toReferenceInfo),
    predictions: item.predictions,
    labelled: item.labelled,
    conflicts: sum(counts.map(({ conflicts }) => conflicts)),
    duplicates: sum(counts.map(({ duplicates }) => duplicates)),
    firstTs: formatInstantOrNull(earliest(counts.map(({ firstTs }) => firstTs))),
    watermark: item.watermark,
    lastReceivedAt: item.lastReceivedAt,
    createdAt: item.createdAt,
  };
}

function toVersionInfo(facts: ModelFacts, version: string): VersionInfo {
  const stage = facts.stages.get(version);
  const counts = facts.counts.find((count) => count.version === version);
  // References are listed latest first; the latest is the one in force.
  const reference = facts.references.find((one) => one.version === version);
  return {
    version,
    stage: stage?.stage ?? "registered",
    stageSince: formatInstantOrNull(stage?.since ?? null),
    reference: reference === undefined ? null : toReferenceInfo(reference),
    predictions: counts?.predictions ?? 0,
    labelled: counts?.labelled ?? 0,
    firstTs: formatInstantOrNull(counts?.firstTs ?? null),
    lastTs: formatInstantOrNull(counts?.lastTs ?? null),
  };
}

export function toReferenceInfo(reference: ReferenceFacts): ReferenceInfo {
  return {
    reference: reference.refId,
    name: reference.name,
    version: reference.version,
    rows: reference.rows,
    labelled: reference.labelled,
    createdAt: formatInstant(reference.createdAt),
    source: reference.source,
  };
}

/** Known versions in the order in which they came, and any that only rows know. */
function allVersions(facts: ModelFacts): string[] {
  return [...new Set([...facts.versions, ...facts.counts.map(({ version }) => version)])];
}

function liveVersion(champions: readonly ChampionInterval[]): string | null {
  const last = champions.at(-1);
  return last !== undefined && last.to === Number.POSITIVE_INFINITY ? last.version : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
