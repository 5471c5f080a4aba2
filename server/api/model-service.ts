import type { MetaDatabase } from "#db/open-meta.ts";
import { countOpenAlerts } from "#db/queries/alerts.ts";
import type { StoredModel } from "#db/queries/models.ts";
import { actorName } from "#server/access/principal.ts";
import type { ModelDetail } from "#server/api/contract.ts";
import type { LiveBus } from "#server/api/live-bus.ts";
import { type ModelFacts, toModelDetail, toModelListItem } from "#server/api/model-views.ts";
import { differences } from "#server/api/same-model.ts";
import type { Services } from "#server/api/services.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { parseInstant } from "#server/kernel/instant.ts";
import { nearMatches } from "#server/metrics/near-matches.ts";
import type { OpenModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import {
  listEvents,
  readChampionIntervals,
  readEventInput,
  readStages,
  recordEvent,
} from "#server/models/timeline.ts";
import { parseWindowWidth } from "#server/models/window-width.ts";
import type { ReferenceStore } from "#server/references/reference.ts";
import type { ModelCounts } from "#server/store/event-store.ts";

export interface ModelServiceParts {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly registry: OpenModelRegistry;
  readonly references: Pick<ReferenceStore, "list">;
  readonly bus: Pick<LiveBus, "publish">;
  /** Asked of the thread that reads events.db. */
  readonly counts: (modelIds: readonly number[]) => Promise<ReadonlyMap<number, readonly ModelCounts[]>>;
  readonly segments: (modelId: number) => Promise<ModelDetail["segments"]>;
  /** Every number of the model may be another: its schema changed, or whose numbers are live. */
  readonly modelChanged: (modelId: number) => void;
  /** A person changed how rows are read; stored windows have to follow. */
  readonly schemaChanged: (schema: ModelSchema) => void;
}

const ALL_TIME = 8.64e15;

export function createModelService(parts: ModelServiceParts): Services["models"] {
  const { meta, clock, registry, bus } = parts;
  const detail = async (slug: string): Promise<ModelDetail> => {
    const stored = requireModel(registry, slug);
    const { modelId } = stored.schema;
    const [counts, segments] = await Promise.all([parts.counts([modelId]), parts.segments(modelId)]);
    return toModelDetail(
      factsOf(parts, stored, counts.get(modelId) ?? [], countOpenAlerts(meta, clock.now())),
      segments,
    );
  };
  return {
    list: async () => {
      const models = registry.list();
      const counts = await parts.counts(models.map(({ modelId }) => modelId));
      const alerts = countOpenAlerts(meta, clock.now());
      return models.flatMap(({ slug, modelId }) => {
        const stored = registry.stored(slug);
        return stored === null
          ? []
          : [toModelListItem(factsOf(parts, stored, counts.get(modelId) ?? [], alerts))];
      });
    },
    get: detail,
    create: async (input) => {
      const stored = registry.stored(input.slug);
      if (stored !== null) requireSame(stored, input);
      else createModel(registry, input);
      return { model: await detail(input.slug), created: stored === null };
    },
    update: async (input, who) => {
      const { schema } = requireModel(registry, input.model);
      const changed = registry.update(schema.modelId, {
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.positive_class === undefined ? {} : { positiveClass: input.positive_class }),
        ...(input.threshold === undefined ? {} : { threshold: input.threshold }),
        ...(input.budget_weeks === undefined ? {} : { budgetWeeks: input.budget_weeks }),
        features: Object.entries(input.features ?? {}).map(([name, edit]) => ({ name, ...edit })),
      });
      parts.schemaChanged(changed);
      const names = Object.keys(input).filter((name) => name !== "model");
      const text = `Changed ${names.map((name) => name.replace("_", " ")).join(", ") || "nothing"}.`;
      recordEvent(meta, clock, changed.modelId, { kind: "schema", text, actor: actorName(who) });
      return detail(input.model);
    },
    events: async ({ model, from, to }) => {
      const { modelId } = requireModel(registry, model).schema;
      const since = from === undefined ? -ALL_TIME : parseInstant(from, "from");
      return listEvents(meta, modelId, since, to === undefined ? ALL_TIME : parseInstant(to, "to"));
    },
    addEvent: async (input, who) => {
      const { modelId } = requireModel(registry, input.model).schema;
      const event = readEventInput(input, actorName(who));
      if (event.version) registry.touchVersion(modelId, event.version);
      const recorded = recordEvent(meta, clock, modelId, event);
      bus.publish({ kind: "events", model: input.model });
      if (input.kind === "stage") parts.modelChanged(modelId);
      return recorded;
    },
  };
}

/** The model, or a refusal that names those with a similar slug. */
export function requireModel(registry: OpenModelRegistry, slug: string): StoredModel {
  const stored = registry.stored(slug);
  if (stored !== null) return stored;
  const near = nearMatches(
    slug,
    registry.list().map((model) => model.slug),
  );
  const hint = near.length > 0 ? ` Did you mean ${near.map((match) => `\`${match}\``).join(", ")}?` : "";
  throw new ServiceError("not_found", `There is no model of that name.${hint}`, { reason: "unknown_model" });
}

type CreateInput = Parameters<Services["models"]["create"]>[0];

function createModel(registry: OpenModelRegistry, input: CreateInput): void {
  registry.create({
    slug: input.slug,
    task: input.task,
    origin: "api",
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.window === undefined ? {} : { windowMs: parseWindowWidth(input.window) }),
    ...(input.positive_class === undefined ? {} : { positiveClass: input.positive_class }),
    ...(input.threshold === undefined ? {} : { threshold: input.threshold }),
    ...(input.budget_weeks === undefined ? {} : { budgetWeeks: input.budget_weeks }),
    features: Object.entries(input.features ?? {}).map(([name, { type, segment }]) => ({
      name,
      type,
      segment: segment ?? false,
    })),
  });
}

function requireSame(stored: StoredModel, input: CreateInput): void {
  const errors = differences(stored, input);
  const [first] = errors;
  if (first === undefined) return;
  throw new ServiceError(
    "conflict",
    `The model \`${input.slug}\` is there already and differs at \`${first.path}\`: ${first.message}`,
    { reason: "model_differs", errors },
  );
}

function factsOf(
  { meta, registry, references }: ModelServiceParts,
  stored: StoredModel,
  counts: readonly ModelCounts[],
  alerts: ReturnType<typeof countOpenAlerts>,
): ModelFacts {
  const { modelId } = stored.schema;
  return {
    stored,
    counts,
    versions: registry.versions(modelId),
    stages: readStages(meta, modelId),
    champions: readChampionIntervals(meta, modelId),
    references: references.list(modelId),
    openAlerts: alerts.get(modelId) ?? { page: 0, ticket: 0 },
  };
}
