import { PredictionBuilder } from "#server/ingest/prediction-builder.ts";

const KEPT_BUILDERS = 64;
const KEPT_BYTES_EACH = 4 * 1_024 * 1_024;

/** Emptied builders, kept because their columns, names and memory serve the next batch of the same model and version. */
export class BuilderPool {
  private readonly idle = new Map<string, PredictionBuilder>();

  take(slug: string, version: string): PredictionBuilder {
    const key = builderKey(slug, version);
    const builder = this.idle.get(key);
    if (builder === undefined) return new PredictionBuilder(slug, version);
    this.idle.delete(key);
    return builder;
  }

  giveBack(builder: PredictionBuilder): void {
    builder.reset();
    if (builder.schema === null || builder.capacityBytes() > KEPT_BYTES_EACH) return;
    this.idle.set(builderKey(builder.slug, builder.version), builder);
    if (this.idle.size <= KEPT_BUILDERS) return;
    const oldest = this.idle.keys().next().value;
    if (oldest !== undefined) this.idle.delete(oldest);
  }
}

/** NUL is in no name, so no two pairs share a key. */
export function builderKey(slug: string, version: string): string {
  return `${slug}\0${version}`;
}
