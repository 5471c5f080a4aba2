import type { IngestLimits } from "#server/ingest/ingest-limits.ts";

/** Why a row was not stored. Clients act on these words, so they never change their meaning. */
export const ROW_CODES = [
  "invalid_json",
  "not_object",
  "missing_model",
  "missing_prediction",
  "missing_id",
  "missing_value",
  "bad_id_type",
  "id_too_long",
  "ts_unparseable",
  "ts_out_of_range",
  "number_out_of_range",
  "non_finite",
  "bad_type",
  "output_mismatch",
  "unknown_op",
  "too_deep",
  "too_many_features",
  "too_many_classes",
  "name_too_long",
  "value_too_long",
  "row_too_large",
  "invalid_utf8",
  "duplicate_key",
  "redaction_failed",
  "conflict",
  "unknown_model",
] as const;
export type RowCode = (typeof ROW_CODES)[number];

/** What was stored, but not as it was sent. */
export const WARNING_MESSAGES = {
  no_idempotency:
    "Rows without `prediction_id` got random ids; sent again they are stored again. Send ids, or an Idempotency-Key header.",
  ts_clamped: "Times 10 minutes to 24 hours ahead were stored at the receive time; check the sender's clock.",
  numbers_from_text: "Numbers that came as text were read as numbers.",
  not_a_number: "Texts such as NaN or Infinity in number features were stored as missing values.",
  type_mismatch:
    "Number features that came as other text were stored as that text and are left out of statistics.",
  precision_lost: "Whole numbers beyond 2^53 lost digits in JSON; send them as text.",
  output_ignored: "Parts of `output` that the model's task does not have were left out.",
  unknown_field: "Keys that a row does not have were left out.",
} as const;
export type WarningCode = keyof typeof WARNING_MESSAGES;

export interface RowRefusal {
  readonly index: number;
  /** Line of the body, from 1; null unless the body is NDJSON. */
  readonly line: number | null;
  readonly id: string | null;
  readonly code: RowCode;
  readonly path: string;
  readonly message: string;
}

const SHOWN_NAME_CHARS = 80;

/** `features.NAME`, shortened: a path says where, and a name may be 1 KiB long. */
export function shownPath(prefix: string, name: string): string {
  const short = name.length > SHOWN_NAME_CHARS ? `${name.slice(0, SHOWN_NAME_CHARS)}…` : name;
  return `${prefix}${short.toWellFormed().replaceAll("\0", "�")}`;
}

/** What is to be said about one request's rows; `begin` before each row, then at most one refusal for it. */
export class RowReport {
  readonly refusals: RowRefusal[] = [];
  readonly refusedByCode = new Map<RowCode, number>();
  readonly warnings = new Map<WarningCode, number>();
  rows = 0;
  refused = 0;
  index = 0;
  line: number | null = null;
  id: string | null = null;
  /** Line of each row; empty unless the body is NDJSON. */
  readonly lines: number[] = [];
  private readonly limits: IngestLimits;

  constructor(limits: IngestLimits) {
    this.limits = limits;
  }

  begin(index: number, line: number | null): void {
    this.rows++;
    this.index = index;
    this.line = line;
    this.id = null;
    if (line !== null) this.lines[index] = line;
  }

  /** Always false, so that a check can `return report.refuse(…)`. */
  refuse(code: RowCode, path: string, detail: string): false {
    this.refused++;
    this.refusedByCode.set(code, (this.refusedByCode.get(code) ?? 0) + 1);
    if (this.refusals.length < this.limits.listedResults) {
      const place = this.line === null ? `row ${this.index}` : `row ${this.index} (line ${this.line})`;
      const { index, line, id } = this;
      this.refusals.push({ index, line, id, code, path, message: `${place}: ${detail}` });
    }
    return false;
  }

  warn(code: WarningCode): void {
    this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
  }
}
