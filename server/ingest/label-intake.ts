import { checkText } from "#server/ingest/cell-filler.ts";
import { countKeys, isPlainObject } from "#server/ingest/json-tree.ts";
import type { LabelBuilder } from "#server/ingest/label-builder.ts";
import { readNumber } from "#server/ingest/output-filler.ts";
import { type RowScope, type RowTime, readId, readName, readTime } from "#server/ingest/row-fields.ts";
import type { RowIntake } from "#server/ingest/row-intake.ts";
import type { RowCode } from "#server/ingest/row-report.ts";
import { canonicalText, isStorable } from "#server/ingest/text-rules.ts";
import type { Task } from "#server/models/schema.ts";
import type { LabelValue } from "#server/store/columns.ts";

export interface LabelTarget {
  /** Null when the row was refused: no such model. */
  labelBuilderFor(slug: string): LabelBuilder | null;
  commitLabel(builder: LabelBuilder, index: number, id: string): void;
}

const FIELDS = new Set(["model", "version", "prediction_id", "value", "ts", "op"]);

/** Validates labels one by one. */
export class LabelIntake implements RowIntake {
  private readonly scope: RowScope;
  private readonly target: LabelTarget;
  private model: unknown;
  private readonly time: RowTime = { ts: 0, fromServer: false, raw: null };
  private lastModel: unknown;
  private lastBuilder: LabelBuilder | null = null;

  constructor(scope: RowScope, target: LabelTarget) {
    this.scope = scope;
    this.target = target;
  }

  defaults(model: unknown): void {
    this.model = model;
    this.lastBuilder = null;
  }

  accept(row: unknown, index: number, line: number | null, keys: number): void {
    const { report } = this.scope;
    report.begin(index, line);
    if (!isPlainObject(row)) {
      report.refuse(
        "not_object",
        "",
        'is not a JSON object; a row is {"model", "prediction_id", "value", "ts"?}.',
      );
      return;
    }
    const found = this.checkKeys(row);
    const id = readId(this.scope, row.prediction_id, false);
    if (id === null || !this.checkOp(row.op) || !readTime(this.scope, row.ts, this.time)) return;
    const builder = this.builder(row.model ?? this.model);
    if (builder === null) return;
    const value = readLabel(this.scope, builder.schema.task, row.value);
    if (value === null) return;
    if (keys >= 0 && keys !== found) {
      report.refuse("duplicate_key", "", "has the same key twice in one object; send each key once.");
      return;
    }
    builder.push(id, this.time.ts, this.time.fromServer, value);
    this.target.commitLabel(builder, index, id);
  }

  refuse(index: number, line: number | null, code: RowCode, detail: string): void {
    this.scope.report.begin(index, line);
    this.scope.report.refuse(code, "", detail);
  }

  private checkKeys(row: Readonly<Record<string, unknown>>): number {
    let keys = 0;
    for (const key in row) {
      const field = row[key];
      keys += 1 + (typeof field === "object" ? countKeys(field) : 0);
      if (!FIELDS.has(key)) this.scope.report.warn("unknown_field");
    }
    return keys;
  }

  private checkOp(op: unknown): boolean {
    if (op === undefined || op === null) return true;
    return this.scope.report.refuse(
      "unknown_op",
      "op",
      "`op` is not known here; leave it out to log a label.",
    );
  }

  private builder(model: unknown): LabelBuilder | null {
    if (this.lastBuilder !== null && model === this.lastModel) return this.lastBuilder;
    const { report } = this.scope;
    if (model === undefined || model === null) {
      report.refuse("missing_model", "model", "`model` is missing; name it in the row or in the envelope.");
      return null;
    }
    const slug = readName(this.scope, "model", model);
    const builder = slug === null ? null : this.target.labelBuilderFor(slug);
    this.lastModel = model;
    this.lastBuilder = builder;
    return builder;
  }
}

/** A label as it is stored: a class as text, a number for regression, JSON text for ranking. Null when the row was refused. */
function readLabel(scope: RowScope, task: Task, value: unknown): LabelValue | null {
  if (value === undefined || value === null) {
    scope.report.refuse("missing_value", "value", "`value` is missing; a label says what came true.");
    return null;
  }
  if (task === "regression") return readNumber(scope, "value", value, null);
  return task === "ranking" ? readRelevances(scope, value) : readClass(scope, value);
}

function readClass(scope: RowScope, value: unknown): string | null {
  const { report } = scope;
  if (typeof value === "string") return checkText(scope, "value", value) ? value : null;
  if (typeof value === "boolean") return canonicalText(value);
  if (typeof value !== "number") {
    report.refuse("bad_type", "value", "`value` is not a class; send a text, a number, true or false.");
    return null;
  }
  if (Number.isFinite(value)) return canonicalText(value);
  report.refuse("number_out_of_range", "value", "`value` is beyond what a 64-bit float holds (±1.8e308).");
  return null;
}

/** Sorted by item, so that the same relevances are the same label. */
function readRelevances(scope: RowScope, value: unknown): string | null {
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  const isGood = entries.every(([item, relevance]) => isStorable(item) && Number.isFinite(relevance));
  if (entries.length === 0 || !isGood) {
    scope.report.refuse(
      "bad_type",
      "value",
      "`value` is not an object {item: relevance} with finite numbers.",
    );
    return null;
  }
  const members = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([item, relevance]) => `${JSON.stringify(item)}:${JSON.stringify(relevance)}`);
  const text = `{${members.join(",")}}`;
  return checkText(scope, "value", text) ? text : null;
}
