import { BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import { TextBuilder } from "#server/ingest/text-builder.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { LabelBatch, LabelValue } from "#server/store/columns.ts";

const VALUE_BYTES = 16;

/** The open batch of one model's labels. */
export class LabelBuilder {
  readonly schema: ModelSchema;
  readonly ids = new TextBuilder();
  private ts: Float64Array = new Float64Array(64);
  private fromServer: Uint8Array = new Uint8Array(64);
  private anyFromServer = false;
  private values: LabelValue[] = [];

  constructor(schema: ModelSchema) {
    this.schema = schema;
  }

  get count(): number {
    return this.values.length;
  }

  push(id: string, ts: number, fromServer: boolean, value: LabelValue): void {
    const row = this.values.length;
    if (row === this.ts.length) this.grow();
    this.ts[row] = ts;
    this.fromServer[row] = fromServer ? 1 : 0;
    this.anyFromServer ||= fromServer;
    this.ids.push(id);
    this.values.push(value);
  }

  truncate(count: number): void {
    this.ids.truncate(count);
    this.values.length = Math.min(count, this.values.length);
  }

  packedBytes(): number {
    return this.count * 8 + this.ids.packedBytes() + (this.anyFromServer ? packedSize(this.count) : 0);
  }

  weight(): number {
    return this.packedBytes() + this.count * VALUE_BYTES;
  }

  pack(): LabelBatch {
    const { count } = this;
    const packer = new BufferPacker(this.packedBytes());
    const ts = packer.float64(this.ts, count);
    const ids = this.ids.pack(packer);
    const tsFromServer = this.anyFromServer ? packer.uint8(this.fromServer, count) : null;
    return { modelId: this.schema.modelId, count, ids, ts, tsFromServer, values: this.values };
  }

  private grow(): void {
    const ts = new Float64Array(this.ts.length * 2);
    ts.set(this.ts);
    this.ts = ts;
    const fromServer = new Uint8Array(ts.length);
    fromServer.set(this.fromServer);
    this.fromServer = fromServer;
  }
}
