import type { MetaDatabase } from "#db/open-meta.ts";
import {
  findCurrentReference,
  findReference,
  listReferences,
  type ReferenceFactsRow,
  type ReferenceRow,
  saveReference,
} from "#db/queries/references.ts";
import type { Reference, ReferenceFacts, ReferenceStore } from "#server/references/reference.ts";

export function openReferenceStore(meta: MetaDatabase): ReferenceStore {
  const find = (modelId: number, version: string, refId: string) => {
    const row = findReference(meta, modelId, version, refId);
    return row === null ? null : toReference(row);
  };
  return {
    find,
    current: (modelId, version) => {
      const row = findCurrentReference(meta, modelId, version);
      return row === null ? null : toReference(row);
    },
    list: (modelId) => listReferences(meta, modelId).map(toFacts),
    save: (reference) => {
      saveReference(meta, toRow(reference));
      return find(reference.modelId, reference.version, reference.refId) ?? reference;
    },
  };
}

function toFacts(row: ReferenceFactsRow): ReferenceFacts {
  const { inForceSince: _inForceSince, ...facts } = row;
  return facts;
}

function toReference(row: ReferenceRow): Reference {
  const { layout, summary, segments, ...facts } = row;
  return { ...toFacts(facts), layoutJson: layout, summary, segments };
}

function toRow(reference: Reference): ReferenceRow {
  const { layoutJson, summary, segments, skipped, ...facts } = reference;
  return {
    ...facts,
    skipped: [...skipped],
    inForceSince: reference.createdAt,
    layout: layoutJson,
    summary: Buffer.from(summary),
    segments: segments === null ? null : Buffer.from(segments),
  };
}
