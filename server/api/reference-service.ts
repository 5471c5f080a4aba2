import type { MetaDatabase } from "#db/open-meta.ts";
import { actorName, type Principal } from "#server/access/principal.ts";
import type { LiveBus } from "#server/api/live-bus.ts";
import { requireModel } from "#server/api/model-service.ts";
import { toReferenceInfo } from "#server/api/model-views.ts";
import type { Services, UploadedReference } from "#server/api/services.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { parseInstant } from "#server/kernel/instant.ts";
import type { OpenModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { recordEvent } from "#server/models/timeline.ts";
import { type CreatedReference, createReference } from "#server/references/create-reference.ts";
import { createRangeReference } from "#server/references/range-reference.ts";
import type { ReferenceStore } from "#server/references/reference.ts";
import type { LayoutChange } from "#server/store/event-store.ts";

export interface ReferenceServiceParts {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly registry: OpenModelRegistry;
  readonly references: ReferenceStore;
  readonly bus: Pick<LiveBus, "publish">;
  /** Where uploads may be spooled. */
  readonly directory: string;
  /** The writer takes the model's record first and the reference's bins then. */
  readonly adopt: (schema: ModelSchema, change: LayoutChange) => Promise<void>;
  readonly modelChanged: (modelId: number) => void;
}

export function createReferenceService(parts: ReferenceServiceParts): Services["references"] {
  const { registry, references, clock, directory } = parts;
  return {
    upload: async (file, who) => {
      const { schema } = requireModel(registry, file.model);
      const created = await createReference({
        stream: file.stream,
        contentType: file.contentType,
        gzip: file.gzip,
        map: file.map,
        version: file.version,
        name: file.name,
        model: schema,
        store: references,
        now: clock.now(),
        directory,
      });
      await adopt(parts, schema, created, who);
      return toAnswer(created);
    },
    fromRange: async (input, who) => {
      const { schema } = requireModel(registry, input.model);
      const created = await createRangeReference({
        directory,
        model: schema,
        version: input.version,
        from: parseInstant(input.from, "from"),
        to: parseInstant(input.to, "to"),
        name: input.name,
        store: references,
        now: clock.now(),
      });
      await adopt(parts, schema, created, who);
      return toReferenceInfo(created.reference);
    },
  };
}

/** From here on the version is compared with it: schema, bins, timeline and pages follow. */
async function adopt(
  { meta, clock, registry, bus, adopt: tellWriter, modelChanged }: ReferenceServiceParts,
  before: ModelSchema,
  { reference, known, inferred }: CreatedReference,
  who: Principal,
): Promise<void> {
  const { modelId, slug } = before;
  const schema = registry.extend(modelId, {
    features: inferred.features,
    dimensions: inferred.dimensions,
    ...(inferred.positiveClass === null ? {} : { positiveClass: inferred.positiveClass }),
  });
  registry.touchVersion(modelId, reference.version);
  await tellWriter(schema, { modelId, version: reference.version, referenceLayout: reference.layoutJson });
  if (!known) {
    const text = `Reference ${reference.name}: ${reference.rows} rows.`;
    recordEvent(meta, clock, modelId, {
      kind: "reference",
      version: reference.version,
      text,
      actor: actorName(who),
    });
    bus.publish({ kind: "events", model: slug });
  }
  modelChanged(modelId);
}

function toAnswer({ reference, known, features }: CreatedReference): UploadedReference {
  return {
    reference: reference.refId,
    rows: reference.rows,
    features: Object.fromEntries(
      features.map(({ name, type, segment }) => [name, segment ? { type, segment: true } : { type }]),
    ),
    skipped: reference.skipped,
    known,
  };
}
