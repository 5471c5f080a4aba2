import type { AlertListItem } from "#server/api/contract.ts";

type BySeverity = Readonly<Record<AlertListItem["severity"], number>>;

export interface NoticeTiming {
  /** A first message waits this long for others of its model. */
  readonly waitMs: BySeverity;
  /** Between two messages about the same model to the same channel. */
  readonly intervalMs: BySeverity;
  /** An open alert that nobody acknowledged is told again after this long. */
  readonly repeatMs: BySeverity;
  /** Messages an hour that one monitor may cause on one channel. */
  readonly perHour: BySeverity;
  /** An acknowledgement stops reminders for this long. */
  readonly acknowledgedMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const NOTICE_TIMING: NoticeTiming = {
  waitMs: { page: 5 * SECOND_MS, ticket: 30 * SECOND_MS },
  intervalMs: { page: MINUTE_MS, ticket: 5 * MINUTE_MS },
  repeatMs: { page: 4 * HOUR_MS, ticket: 24 * HOUR_MS },
  perHour: { page: 6, ticket: 3 },
  acknowledgedMs: 24 * HOUR_MS,
};
