import type { MetaDatabase } from "#db/open-meta.ts";
import type { LiveBus } from "#server/api/live-bus.ts";
import type { Clock } from "#server/kernel/clock.ts";
import type { OpenModelRegistry } from "#server/models/open-model-registry.ts";
import { recordEvent } from "#server/models/timeline.ts";
import type { AppendGroup, WindowChange } from "#server/store/append.ts";

/** Tells pages and the evaluator what changed. */
export interface ChangeTeller {
  windows(changes: readonly WindowChange[]): void;
  /** Anything else about a model changed: every number of it may be another. */
  model(modelId: number): void;
  /** Remembers the latest event time of a group, before its buffers go to the writer. */
  note(group: AppendGroup): void;
}

type ModelMessage =
  | { kind: "windows"; modelId: number; version: string; from: number; to: number }
  | { kind: "model"; modelId: number };

export function createChangeTeller({
  registry,
  bus,
  tell,
}: {
  registry: OpenModelRegistry;
  bus: LiveBus;
  /** To the evaluator's thread. */
  tell: (message: ModelMessage) => void;
}): ChangeTeller {
  const watermarks = new Map<number, number>();
  return {
    note: (group) => {
      for (const { modelId, ts } of group.predictions) {
        let latest = watermarks.get(modelId) ?? 0;
        for (const at of ts) if (at > latest) latest = at;
        watermarks.set(modelId, latest);
      }
    },
    windows: (changes) => {
      for (const { modelId, version, from, to } of changes) {
        tell({ kind: "windows", modelId, version, from, to });
        const schema = registry.byId(modelId);
        if (schema === null) continue;
        const watermark = Math.max(watermarks.get(modelId) ?? 0, from);
        bus.windowsChanged({ model: schema.slug, version, from, to: to + schema.windowMs, watermark });
      }
    },
    model: (modelId) => {
      tell({ kind: "model", modelId });
      const schema = registry.byId(modelId);
      if (schema !== null) bus.publish({ kind: "models", model: schema.slug });
    },
  };
}

/** What rows taught a model is drawn on its event lane, and pages hear of it. */
export function followRegistry({
  meta,
  clock,
  registry,
  changed,
  bus,
}: {
  meta: MetaDatabase;
  clock: Clock;
  registry: OpenModelRegistry;
  changed: ChangeTeller;
  bus: LiveBus;
}): void {
  registry.onChange(({ modelId }) => changed.model(modelId));
  registry.onExtended(({ modelId, slug }, names) => {
    const text =
      names.length === 1
        ? `New field ${names[0]}.`
        : `${names.length} new fields: ${names.slice(0, 5).join(", ")}.`;
    recordEvent(meta, clock, modelId, { kind: "schema", text: text.slice(0, 2_000), actor: "Plumbline" });
    bus.publish({ kind: "events", model: slug });
  });
}
