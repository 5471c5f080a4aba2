import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import {
  findCurrentReference,
  findReference,
  findReferenceSample,
  listReferences,
  type ReferenceFactsRow,
  type ReferenceRow,
  saveReference,
  saveReferenceSample,
} from "#db/queries/references.ts";
import type { Reference, ReferenceFacts, ReferenceStore } from "#server/references/reference.ts";
import { decodeSample } from "#server/references/reference-sample.ts";

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
    sample: (modelId, version, refId) => {
      const stored = findReferenceSample(meta, modelId, version, refId);
      return stored === null ? null : decodeSample(stored);
    },
    save: (reference, sample) => {
      inTransaction(meta, (db) => {
        saveReference(db, toRow(reference));
        if (sample !== undefined) saveReferenceSample(db, reference, sample);
      });
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
