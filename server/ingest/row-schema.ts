import { z } from "zod";
import { isPlainObject } from "#server/ingest/json-tree.ts";
import type { Task } from "#server/models/schema.ts";

/**
 * The rows of the wire as zod schemas: what documents and tests read. The intake does not run them, because they cost
 * more than the parse itself; a property test holds both to the same verdicts.
 */
const utf8Bytes = (text: string) => new TextEncoder().encode(text).length;
const storable = (text: string) => text.isWellFormed() && !text.includes("\0");
const text = (most: number) => z.string().refine((value) => storable(value) && utf8Bytes(value) <= most);
const name = text(256).min(1);
const finite = z.number();
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const number = z.union([
  finite,
  z
    .string()
    .max(64)
    .regex(DECIMAL)
    .refine((value) => Number.isFinite(Number(value))),
]);
const probability = number.refine((value) => Number(value) >= -1e-6 && Number(value) <= 1 + 1e-6);
const cell = z.union([finite, text(65_536), z.boolean(), z.null()]);
const category = z.union([finite, text(65_536), z.boolean()]);
/** Like z.record, which overlooks a key called __proto__. */
function dictionary(key: z.ZodType, value: z.ZodType, least = 0) {
  return z.custom<Record<string, unknown>>(
    (candidate) =>
      isPlainObject(candidate) &&
      Object.keys(candidate).length >= least &&
      Object.entries(candidate).every(([k, v]) => key.safeParse(k).success && value.safeParse(v).success),
  );
}
const cells = dictionary(text(1_024), cell).nullish();

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;
const DAY_MS = 86_400_000;

/** Milliseconds since 1970 of a time as rows have it; null when it is none. */
function instantOfWire(value: string | number): number | null {
  if (typeof value === "number") {
    const size = Math.abs(value);
    const unit = size < 1e11 ? "s" : size < 1e14 ? "ms" : size < 1e17 ? "us" : "ns";
    return { s: value * 1e3, ms: value, us: value / 1e3, ns: value / 1e6 }[unit];
  }
  const parts = INSTANT.exec(value);
  if (parts === null || value.length > 40) return null;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = parts;
  const isReal = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day);
  if (!isReal || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const offset = zone.toUpperCase() === "Z" ? "+0000" : zone.replace(":", "");
  if (Number(offset.slice(1, 3)) > 23 || Number(offset.slice(3)) > 59) return null;
  const shiftMs = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * 60_000;
  const civil = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return civil + Number(`0${fraction}`) * 1e3 - (offset.startsWith("-") ? -shiftMs : shiftMs);
}

function time(receivedAt: number, retentionDays: number) {
  const inRange = (ts: number) =>
    ts >= Date.UTC(2000, 0) && ts >= receivedAt - retentionDays * DAY_MS && ts <= receivedAt + DAY_MS;
  return z
    .union([finite, z.string()])
    .nullish()
    .refine((value) => {
      const ts = value === null || value === undefined ? receivedAt : instantOfWire(value);
      return ts !== null && inRange(ts);
    });
}

const list = z
  .union([z.string().min(1).refine(storable), z.number().refine(Number.isSafeInteger)])
  .array()
  .min(1);
const OUTPUTS = {
  binary: z
    .looseObject({ value: category.nullish(), probability: probability.nullish() })
    .refine(({ value, probability: p }) => (value ?? p ?? null) !== null),
  multiclass: z
    .looseObject({ value: category.nullish(), probabilities: dictionary(text(1_024), probability).nullish() })
    .refine(
      ({ value, probabilities }) => (value ?? null) !== null || Object.keys(probabilities ?? {}).length > 0,
    ),
  regression: z.looseObject({ value: number }),
  ranking: z
    .looseObject({ items: list, scores: finite.array().min(1).nullish() })
    .refine(({ items, scores }) => scores === null || scores === undefined || scores.length === items.length),
} satisfies Record<Task, z.ZodType>;

export interface RowRules {
  readonly receivedAt: number;
  readonly retentionDays: number;
}

export function predictionRowSchema(task: Task, { receivedAt, retentionDays }: RowRules) {
  return z.looseObject({
    model: name.nullish(),
    version: z.union([name, finite]).nullish(),
    prediction_id: text(256).min(1).nullish(),
    ts: time(receivedAt, retentionDays),
    features: cells,
    output: OUTPUTS[task],
    segments: cells,
    latency_ms: number.refine((value) => Number(value) >= 0).nullish(),
    op: z.null().optional(),
  });
}

const LABELS = {
  binary: category,
  multiclass: category,
  regression: number,
  ranking: dictionary(z.string().refine(storable), finite, 1),
} satisfies Record<Task, z.ZodType>;

export function labelRowSchema(task: Task, { receivedAt, retentionDays }: RowRules) {
  return z.looseObject({
    model: name.nullish(),
    prediction_id: text(256).min(1),
    value: LABELS[task],
    ts: time(receivedAt, retentionDays),
    op: z.null().optional(),
  });
}
