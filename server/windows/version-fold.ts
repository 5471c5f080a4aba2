import type { ModelSchema } from "#server/models/schema.ts";
import type { WindowTable } from "#server/store/event-store.ts";
import type { WindowDelta } from "#server/windows/fold-predictions.ts";
import type { Layout } from "#server/windows/layout.ts";
import { parseLayout, stringifyLayout } from "#server/windows/layout-json.ts";
import { LiveLayout } from "#server/windows/live-layout.ts";
import { adoptReference, adoptSchema, firstLayout } from "#server/windows/schema-layout.ts";

/** One version's layout in use and what its rows added since the last flush. */
export class VersionFold {
  readonly modelId: number;
  readonly version: string;
  live: LiveLayout;
  private layoutId: number | null;
  private schemaRevision: number;
  private deltas: WindowDelta[] = [];
  private isUnsaved = false;
  /** A new generation began: windows of the old one wait for their rebuild. */
  private becameStale = false;

  constructor(table: WindowTable, schema: ModelSchema, version: string) {
    const stored = table.getLayout(schema.modelId, version);
    this.modelId = schema.modelId;
    this.version = version;
    this.layoutId = stored?.layoutId ?? null;
    this.live = new LiveLayout(stored === null ? firstLayout(schema, version) : parseLayout(stored.json));
    this.isUnsaved = stored === null;
    this.schemaRevision = -1;
    this.follow(schema);
  }

  /** Takes a newer state of the model's record in. */
  follow(schema: ModelSchema): void {
    if (schema.revision === this.schemaRevision) return;
    this.schemaRevision = schema.revision;
    const layout = this.live.snapshot();
    const adopted = adoptSchema(layout, schema);
    if (adopted !== layout) this.replace(adopted);
  }

  /** False when this reference is in force already. */
  adopt(reference: Layout): boolean {
    if (this.live.base.refId === reference.refId) return false;
    this.replace(adoptReference(this.live.snapshot(), reference));
    return true;
  }

  add(deltas: readonly WindowDelta[]): void {
    this.deltas.push(...deltas);
  }

  takeDeltas(): WindowDelta[] {
    const deltas = this.deltas;
    this.deltas = [];
    return deltas;
  }

  takeBecameStale(): boolean {
    const became = this.becameStale;
    this.becameStale = false;
    return became;
  }

  /** Stores the layout if it changed; its id. */
  saveLayout(table: WindowTable): number {
    if (this.layoutId !== null && !this.isUnsaved && !this.live.grown()) return this.layoutId;
    const layout = this.live.snapshot();
    this.layoutId = table.putLayout(this.modelId, this.version, stringifyLayout(layout));
    this.live.base = layout;
    this.isUnsaved = false;
    return this.layoutId;
  }

  private replace(layout: Layout): void {
    if (layout.generation !== this.live.base.generation) {
      // Rows folded under the old layout are in the store: the rebuild brings them.
      this.becameStale ||= this.layoutId !== null || this.deltas.length > 0;
      this.deltas = [];
    }
    this.live = new LiveLayout(layout);
    this.isUnsaved = true;
  }
}
