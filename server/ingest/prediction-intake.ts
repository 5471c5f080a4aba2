import { REFUSED } from "#server/ingest/cell-filler.ts";
import { fillFeatures, fillSegments } from "#server/ingest/feature-filler.ts";
import { countKeys, isPlainObject } from "#server/ingest/json-tree.ts";
import { fillOutput, inferTask, readNumber } from "#server/ingest/output-filler.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import { type RowScope, type RowTime, readId, readName, readTime } from "#server/ingest/row-fields.ts";
import type { RowIntake } from "#server/ingest/row-intake.ts";
import type { RowCode } from "#server/ingest/row-report.ts";
import { DEFAULT_VERSION, type Task } from "#server/models/schema.ts";

/** Where the rows of a request go: one builder per model and version. */
export interface PredictionTarget {
  /** Null when the row was refused: no such model, and none may be made. `task` says what a new model would be. */
  builderFor(slug: string, version: string, task: () => Task | null): PredictionBuilder | null;
  /** The row at the builder's end is complete. */
  commit(builder: PredictionBuilder, index: number, id: string, madeId: boolean): void;
}

type Json = Readonly<Record<string, unknown>>;
const NOTHING: Json = Object.freeze(Object.create(null));

/** Validates predictions one by one while it writes them into their columns. */
export class PredictionIntake implements RowIntake {
  private readonly scope: RowScope;
  private readonly target: PredictionTarget;
  private model: unknown;
  private version: unknown;
  private readonly time: RowTime = { ts: 0, fromServer: false, raw: null };
  private lastModel: unknown;
  private lastVersion: unknown;
  private lastBuilder: PredictionBuilder | null = null;
  // The fields of the row at hand, collected in one pass over its keys.
  private row: PredictionFields = emptyFields();

  constructor(scope: RowScope, target: PredictionTarget) {
    this.scope = scope;
    this.target = target;
  }

  defaults(model: unknown, version: unknown): void {
    this.model = model;
    this.version = version;
    this.lastBuilder = null;
  }

  accept(value: unknown, index: number, line: number | null, keys: number): void {
    const { report } = this.scope;
    report.begin(index, line);
    if (!isPlainObject(value)) {
      report.refuse(
        "not_object",
        "",
        'is not a JSON object; a row is {"model", "prediction_id", "features", "output", …}.',
      );
      return;
    }
    const ownKeys = this.collect(value);
    const row = this.row;
    const id = readId(this.scope, row.id, true);
    if (id === null || !this.checkOp(row.op) || !readTime(this.scope, row.ts, this.time)) return;
    const output = row.output ?? NOTHING;
    if (!isPlainObject(output)) {
      report.refuse("bad_type", "output", "`output` is not an object.");
      return;
    }
    const builder = this.builder(output);
    if (builder === null) return;
    const made = row.id === undefined || row.id === null;
    const more = this.fill(builder, output, id);
    if (more === REFUSED) builder.truncate(builder.count);
    else if (keys >= 0 && keys !== ownKeys + more) this.refuseDuplicateKey(builder);
    else this.target.commit(builder, index, id, made);
  }

  refuse(index: number, line: number | null, code: RowCode, detail: string): void {
    this.scope.report.begin(index, line);
    this.scope.report.refuse(code, "", detail);
  }

  /** Sorts a row's keys into `row`; returns how many keys there are, those inside unknown fields included. */
  private collect(value: Json): number {
    const row = emptyFields();
    this.row = row;
    let keys = 0;
    for (const key in value) {
      keys++;
      const field = value[key];
      switch (key) {
        case "prediction_id":
          row.id = field;
          break;
        case "ts":
          row.ts = field;
          break;
        case "features":
          row.features = field;
          break;
        case "output":
          row.output = field;
          break;
        case "model":
          row.model = field;
          break;
        case "version":
          row.version = field;
          break;
        case "segments":
          row.segments = field;
          break;
        case "latency_ms":
          row.latency = field;
          break;
        case "op":
          row.op = field;
          break;
        default:
          keys += countKeys(field);
          this.scope.report.warn("unknown_field");
      }
    }
    return keys;
  }

  private checkOp(op: unknown): boolean {
    if (op === undefined || op === null) return true;
    return this.scope.report.refuse(
      "unknown_op",
      "op",
      "`op` is not known here; leave it out to log a prediction.",
    );
  }

  private builder(output: Json): PredictionBuilder | null {
    const model = this.row.model ?? this.model;
    const version = this.row.version ?? this.version ?? DEFAULT_VERSION;
    if (this.lastBuilder !== null && model === this.lastModel && version === this.lastVersion)
      return this.lastBuilder;
    const { report } = this.scope;
    if (model === undefined || model === null) {
      report.refuse("missing_model", "model", "`model` is missing; name it in the row or in the envelope.");
      return null;
    }
    const slug = readName(this.scope, "model", model);
    const release =
      slug === null
        ? null
        : readName(this.scope, "version", typeof version === "number" ? String(version) : version);
    if (slug === null || release === null) return null;
    const builder = this.target.builderFor(slug, release, () => this.firstTask(output));
    if (builder === null) return null;
    // The task of a model that no row has made yet is open until a row is accepted.
    if (builder.schema === null && builder.count === 0) return builder;
    this.lastModel = model;
    this.lastVersion = version;
    this.lastBuilder = builder;
    return builder;
  }

  private firstTask(output: Json): Task | null {
    const task = inferTask(output);
    if (task === null) {
      this.scope.report.refuse(
        "missing_prediction",
        "output",
        "`output` has no prediction; send `value`, `probability`, `probabilities` or `items`.",
      );
    }
    return task;
  }

  /** Writes every cell of the row; returns the number of keys seen, or REFUSED. */
  private fill(builder: PredictionBuilder, output: Json, id: string): number {
    const { scope, row, time } = this;
    builder.reserve();
    const features = row.features ?? NOTHING;
    const segments = row.segments ?? NOTHING;
    if (!isPlainObject(features)) return this.refuseShape("features");
    if (!isPlainObject(segments)) return this.refuseShape("segments");
    const outputKeys = fillOutput(scope, builder, output);
    if (outputKeys === REFUSED || !this.fillLatency(builder, row.latency)) return REFUSED;
    const featureKeys = fillFeatures(scope, builder, features);
    if (featureKeys === REFUSED) return REFUSED;
    const segmentKeys = segments === NOTHING ? 0 : fillSegments(scope, builder, segments);
    if (segmentKeys === REFUSED) return REFUSED;
    builder.putTime(time.ts, time.fromServer, time.raw);
    builder.ids.push(id);
    return outputKeys + featureKeys + segmentKeys;
  }

  private refuseShape(path: "features" | "segments"): number {
    this.scope.report.refuse("bad_type", path, `\`${path}\` is not an object of names and values.`);
    return REFUSED;
  }

  private fillLatency(builder: PredictionBuilder, value: unknown): boolean {
    if (value === undefined || value === null) return true;
    const latency = readNumber(this.scope, "latency_ms", value, null);
    if (latency === null) return false;
    if (latency < 0)
      return this.scope.report.refuse("number_out_of_range", "latency_ms", "`latency_ms` is below 0.");
    const column = builder.fixedNumber("latency_ms");
    builder.open(column, builder.count);
    column.putNumber(builder.count, latency);
    column.filled = builder.count + 1;
    return true;
  }

  private refuseDuplicateKey(builder: PredictionBuilder): void {
    builder.truncate(builder.count);
    this.scope.report.refuse(
      "duplicate_key",
      "",
      "has the same key twice in one object; JSON readers keep only one of them, send each key once.",
    );
  }
}

interface PredictionFields {
  id: unknown;
  ts: unknown;
  features: unknown;
  output: unknown;
  model: unknown;
  version: unknown;
  segments: unknown;
  latency: unknown;
  op: unknown;
}

function emptyFields(): PredictionFields {
  return {
    id: undefined,
    ts: undefined,
    features: undefined,
    output: undefined,
    model: undefined,
    version: undefined,
    segments: undefined,
    latency: undefined,
    op: undefined,
  };
}
