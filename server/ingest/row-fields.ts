import { checkText, type FillScope } from "#server/ingest/cell-filler.ts";
import { epochToMs, judgeTime, lacksZone, parseRfc3339 } from "#server/ingest/event-time.ts";
import { exceedsBytes, isStorable } from "#server/ingest/text-rules.ts";

/** What the fields that predictions and labels share are judged by. */
export interface RowScope extends FillScope {
  readonly receivedAt: number;
  readonly retentionDays: number;
  /** The id of a row that came without one. */
  readonly makeId: (index: number) => string;
}

/** A row's time, reused from row to row. */
export interface RowTime {
  ts: number;
  fromServer: boolean;
  raw: number | null;
}

/** Reads `ts` into `time`; false when the row was refused. */
export function readTime(scope: RowScope, value: unknown, time: RowTime): boolean {
  time.raw = null;
  time.fromServer = value === undefined || value === null;
  time.ts = scope.receivedAt;
  if (time.fromServer) return true;
  const ts = instantOf(value);
  if (!Number.isFinite(ts)) return refuseTime(scope, value);
  const verdict = judgeTime(ts, scope.receivedAt, scope.retentionDays);
  if (verdict === "out-of-range") return refuseTimeRange(scope);
  if (verdict === "as-is") {
    time.ts = ts;
    return true;
  }
  time.raw = ts;
  scope.report.warn("ts_clamped");
  return true;
}

function instantOf(value: unknown): number {
  if (typeof value === "string") return parseRfc3339(value);
  return typeof value === "number" ? epochToMs(value) : Number.NaN;
}

const TIME_HELP = "send RFC 3339 with a zone, such as 2026-01-31T12:00:00Z, or an epoch number.";

function refuseTime({ report }: RowScope, value: unknown): boolean {
  const problem = typeof value === "string" && lacksZone(value) ? "has no time zone" : "is not a time";
  return report.refuse("ts_unparseable", "ts", `\`ts\` ${problem}; ${TIME_HELP}`);
}

function refuseTimeRange({ report, retentionDays }: RowScope): boolean {
  const range = `from 2000 on, at most ${retentionDays} days old (the retention) and at most 24 hours ahead`;
  return report.refuse("ts_out_of_range", "ts", `\`ts\` is out of range: times are ${range}.`);
}

/** The prediction's id; null when the row was refused. */
export function readId(scope: RowScope, value: unknown, isMade: boolean): string | null {
  const { report, limits } = scope;
  if (value === undefined || value === null) {
    if (isMade) return scope.makeId(report.index);
    report.refuse(
      "missing_id",
      "prediction_id",
      "`prediction_id` is missing; a label needs the id of its prediction.",
    );
    return null;
  }
  if (typeof value !== "string" || value === "") {
    report.refuse(
      "bad_id_type",
      "prediction_id",
      "`prediction_id` is not a text with at least one character; numbers lose digits, send them as text.",
    );
    return null;
  }
  if (value.length * 3 > limits.idBytes && exceedsBytes(value, limits.idBytes)) {
    report.refuse(
      "id_too_long",
      "prediction_id",
      `\`prediction_id\` is longer than ${limits.idBytes} bytes.`,
    );
    return null;
  }
  if (!isStorable(value)) {
    report.refuse(
      "invalid_utf8",
      "prediction_id",
      "`prediction_id` has a lone surrogate or a NUL; send valid text.",
    );
    return null;
  }
  report.id = value;
  return value;
}

const MODEL_NAME_BYTES = 256;

/** A model's slug or a version, NFC-normalised; null when the row was refused. */
export function readName(scope: RowScope, path: "model" | "version", value: unknown): string | null {
  const { report } = scope;
  if (typeof value !== "string" || value === "") {
    report.refuse("bad_type", path, `\`${path}\` is not a text with at least one character.`);
    return null;
  }
  if (exceedsBytes(value, MODEL_NAME_BYTES)) {
    report.refuse("name_too_long", path, `\`${path}\` is longer than ${MODEL_NAME_BYTES} bytes.`);
    return null;
  }
  return checkText(scope, path, value) ? value.normalize("NFC") : null;
}
