import { ServiceError } from "#server/kernel/errors.ts";

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))?$/;
const DAYS_PER_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Milliseconds since 1970 of an RFC 3339 text, or of a bare date (its midnight in UTC); null when it is neither. */
export function readInstant(text: string): number | null {
  const parts = INSTANT.exec(text);
  if (parts === null) return null;
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  if (month < 1 || month > 12 || day < 1 || day > (DAYS_PER_MONTH[month - 1] ?? 0)) return null;
  const ms = Date.parse(
    parts[4] === undefined ? `${text}T00:00:00Z` : text.replace(/[t ]/, "T").replace("z", "Z"),
  );
  return Number.isNaN(ms) ? null : ms;
}

/** The same for an input that must be there; refuses with a sentence that names the input and not its value. */
export function parseInstant(text: string, name: string): number {
  const ms = readInstant(text);
  if (ms !== null) return ms;
  throw new ServiceError(
    "bad_request",
    `\`${name}\` is not an instant; write it like 2026-03-01T00:00:00Z, with its zone, or as a date.`,
    {
      reason: "bad_instant",
      errors: [{ path: name, code: "bad_instant", message: "Not an RFC 3339 instant." }],
    },
  );
}

export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

export function formatInstantOrNull(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) ? null : formatInstant(ms);
}
