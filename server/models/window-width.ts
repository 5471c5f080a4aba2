import { ServiceError } from "#server/kernel/errors.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Widths that a model's windows may have; each divides the next, so that every longer range is made of whole ones. */
const WIDTHS_MS: Readonly<Record<string, number>> = {
  "5m": 5 * MINUTE_MS,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "1d": 24 * HOUR_MS,
};

export function parseWindowWidth(text: string): number {
  const widthMs = Object.hasOwn(WIDTHS_MS, text) ? WIDTHS_MS[text] : undefined;
  if (widthMs !== undefined) return widthMs;
  const known = Object.keys(WIDTHS_MS).join(", ");
  throw new ServiceError("bad_request", `\`window\` must be one of ${known}.`, { reason: "unknown_window" });
}

export function formatWindowWidth(widthMs: number): string {
  for (const [text, ms] of Object.entries(WIDTHS_MS)) if (ms === widthMs) return text;
  return `${widthMs / MINUTE_MS}m`;
}
