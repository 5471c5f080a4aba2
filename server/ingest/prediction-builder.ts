import { BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import { CategoryColumnBuilder } from "#server/ingest/category-column-builder.ts";
import { type ColumnBuilder, UntypedColumnBuilder } from "#server/ingest/column-builder.ts";
import { NameTable } from "#server/ingest/name-table.ts";
import { INACTIVE, NumberColumnBuilder } from "#server/ingest/number-column-builder.ts";
import { PositiveClassEvidence } from "#server/ingest/positive-class.ts";
import { TextBuilder } from "#server/ingest/text-builder.ts";
import type { FeatureSchema, FeatureType, ModelSchema, Task } from "#server/models/schema.ts";
import type { PredictionBatch } from "#server/store/columns.ts";

const FIRST_CAPACITY = 64;

/**
 * The open batch of one model and version. Rows are written cell by cell at `count`, then committed; what a refused row
 * wrote is taken back by `truncate`. `pack` copies the batch into one buffer, so that a builder serves batch after batch.
 */
export class PredictionBuilder {
  readonly slug: string;
  readonly version: string;
  /** Null until the request that brings the first rows of an unknown model is complete. */
  schema: ModelSchema | null = null;
  task: Task = "binary";
  count = 0;
  capacity = FIRST_CAPACITY;
  versionKnown = false;
  readonly positiveClass = new PositiveClassEvidence();
  readonly ids = new TextBuilder();
  ts: Float64Array = new Float64Array(FIRST_CAPACITY);
  readonly features = new NameTable("features.");
  readonly segments = new NameTable("segments.");
  readonly classes = new NameTable("output.probabilities.");
  readonly newFeatures: { feature: FeatureSchema; row: number }[] = [];
  readonly newDimensions: { name: string; row: number }[] = [];
  private readonly fixed = new Map<string, NumberColumnBuilder | CategoryColumnBuilder>();
  private active: ColumnBuilder[] = [];
  private serverTimes: Uint8Array | null = null;
  private rawTimes: Map<number, number> | null = null;
  private featureTypes = new Map<string, FeatureType>();
  private dimensionNames = new Set<string>();

  constructor(slug: string, version: string) {
    this.slug = slug;
    this.version = version;
  }

  /** Takes over what the registry says now. Columns that were made under another revision are made anew. */
  bind(schema: ModelSchema): void {
    if (this.schema === schema) return;
    const sameModel = this.schema !== null && this.schema.modelId === schema.modelId;
    this.schema = schema;
    this.task = schema.task;
    this.featureTypes = new Map(schema.features.map((feature) => [feature.name, feature.type]));
    this.dimensionNames = new Set(schema.dimensions);
    if (!sameModel) this.versionKnown = false;
    if (this.count === 0) this.forgetColumns();
  }

  /** The registry knows what this builder brought: nothing to forget. */
  adopt(schema: ModelSchema): void {
    this.schema = schema;
    for (const { feature } of this.newFeatures) this.featureTypes.set(feature.name, feature.type);
    for (const { name } of this.newDimensions) this.dimensionNames.add(name);
    this.newFeatures.length = 0;
    this.newDimensions.length = 0;
  }

  get featureCount(): number {
    return this.featureTypes.size + this.newFeatures.length;
  }

  /** Makes room for one more row. */
  reserve(): void {
    if (this.count < this.capacity) return;
    this.capacity *= 2;
    const ts = new Float64Array(this.capacity);
    ts.set(this.ts);
    this.ts = ts;
    for (const column of this.active) column.reserve(this.capacity);
  }

  putTime(ts: number, fromServer: boolean, raw: number | null): void {
    const row = this.count;
    this.ts[row] = ts;
    if (fromServer || this.serverTimes !== null) this.putServerTime(row, fromServer);
    if (raw === null) return;
    this.rawTimes ??= new Map();
    this.rawTimes.set(row, raw);
  }

  /** Readies a column for a cell at `row`. False when the row wrote one already: two names that are one after normalisation. */
  open(column: ColumnBuilder, row: number): boolean {
    if (column.filled > row) return false;
    if (column.filled === INACTIVE) {
      column.activate(row, this.capacity);
      this.active.push(column);
    }
    column.catchUp(row);
    return true;
  }

  fixedNumber(name: string): NumberColumnBuilder {
    const known = this.fixed.get(name);
    if (known?.kind === "number") return known;
    const column = new NumberColumnBuilder(name);
    this.fixed.set(name, column);
    return column;
  }

  fixedCategory(name: string): CategoryColumnBuilder {
    const known = this.fixed.get(name);
    if (known?.kind === "category") return known;
    const column = new CategoryColumnBuilder(name);
    this.fixed.set(name, column);
    return column;
  }

  /** A column for a feature by its normalised name, typed when the model knows it. */
  makeFeature(name: string): ColumnBuilder {
    const type = this.featureTypes.get(name);
    const columnName = `features.${name}`;
    if (type === undefined) return new UntypedColumnBuilder(columnName);
    return type === "number" ? new NumberColumnBuilder(columnName) : new CategoryColumnBuilder(columnName);
  }

  makeSegment(name: string): CategoryColumnBuilder {
    if (!this.dimensionNames.has(name) && !this.newDimensions.some((known) => known.name === name)) {
      this.newDimensions.push({ name, row: this.count });
    }
    return new CategoryColumnBuilder(`segments.${name}`);
  }

  /** The first value of a feature settles its type, here and (when the request is complete) in the registry. */
  settleType(
    untyped: UntypedColumnBuilder,
    seen: FeatureType,
    row: number,
  ): NumberColumnBuilder | CategoryColumnBuilder {
    const name = untyped.name.slice(this.features.prefix.length);
    const known = this.featureTypes.get(name);
    const type = known ?? seen;
    const column =
      type === "number" ? new NumberColumnBuilder(untyped.name) : new CategoryColumnBuilder(untyped.name);
    column.activate(untyped.bornRow, this.capacity);
    untyped.replayInto(column, row);
    column.catchUp(row);
    column.typedRow = row;
    this.active[this.active.lastIndexOf(untyped)] = column;
    this.features.replace(untyped, column);
    if (known === undefined) this.newFeatures.push({ feature: { name, type, segment: false }, row });
    return column;
  }

  commitRow(): number {
    return this.count++;
  }

  /** Takes back every row from `count` on, with all that they brought. */
  truncate(count: number): void {
    this.count = Math.min(this.count, count);
    this.ids.truncate(count);
    this.serverTimes?.fill(0, count);
    if (this.rawTimes !== null)
      for (const row of [...this.rawTimes.keys()]) if (row >= count) this.rawTimes.delete(row);
    this.active = this.active
      .map((column) => this.truncateColumn(column, count))
      .filter((column) => column !== null);
    while ((this.newFeatures.at(-1)?.row ?? -1) >= count) this.newFeatures.pop();
    while ((this.newDimensions.at(-1)?.row ?? -1) >= count) this.newDimensions.pop();
  }

  pack(modelId: number): PredictionBatch {
    const { count } = this;
    for (const column of this.active) column.catchUp(count);
    const packer = new BufferPacker(this.packedBytes());
    const ts = packer.float64(this.ts, count);
    const ids = this.ids.pack(packer);
    const tsFromServer = this.serverTimes === null ? null : packer.uint8(this.serverTimes, count);
    const columns = this.active.map((column) => ({ name: column.name, column: column.pack(packer, count) }));
    return { modelId, version: this.version, count, ids, ts, tsFromServer, tsRaw: this.rawTimes, columns };
  }

  /** Empties the builder for the next batch; columns and their memory stay. */
  reset(): void {
    for (const column of this.active) column.filled = INACTIVE;
    this.active = [];
    this.count = 0;
    this.ids.truncate(0);
    this.serverTimes = null;
    this.rawTimes = null;
    this.newFeatures.length = 0;
    this.newDimensions.length = 0;
  }

  packedBytes(): number {
    let bytes = this.count * 8 + this.ids.packedBytes();
    if (this.serverTimes !== null) bytes += packedSize(this.count);
    for (const column of this.active) bytes += column.packedBytes(this.count);
    return bytes;
  }

  /** Bytes held while empty. */
  capacityBytes(): number {
    let bytes = this.ts.byteLength + this.ids.capacityBytes();
    for (const column of this.allColumns()) bytes += column.capacityBytes();
    return bytes;
  }

  private *allColumns(): IterableIterator<ColumnBuilder> {
    yield* this.fixed.values();
    for (const table of [this.features, this.segments, this.classes]) yield* table.columns();
  }

  private forgetColumns(): void {
    this.features.clear();
    this.segments.clear();
    this.classes.clear();
    this.fixed.clear();
    this.active = [];
  }

  private putServerTime(row: number, fromServer: boolean): void {
    if (this.serverTimes === null || this.serverTimes.length <= row) {
      const larger = new Uint8Array(this.capacity);
      if (this.serverTimes !== null) larger.set(this.serverTimes);
      this.serverTimes = larger;
    }
    this.serverTimes[row] = fromServer ? 1 : 0;
  }

  /** The column without the taken-back rows; null when they alone brought it. */
  private truncateColumn(column: ColumnBuilder, count: number): ColumnBuilder | null {
    if (column.filled <= count && column.bornRow < count) return column;
    column.truncate(count);
    if (column.bornRow >= count) {
      column.filled = INACTIVE;
      for (const table of [this.features, this.segments, this.classes]) table.remove(column);
      return null;
    }
    return column.typedRow >= count ? this.untype(column, count) : column;
  }

  private untype(column: ColumnBuilder, count: number): UntypedColumnBuilder {
    const untyped = new UntypedColumnBuilder(column.name);
    untyped.activate(column.bornRow);
    untyped.copyFrom(column, count);
    this.features.replace(column, untyped);
    return untyped;
  }
}
