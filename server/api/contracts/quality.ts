import { z } from "zod";
import { ScopeInput, WINDOWS, type WindowName } from "#server/api/contract.ts";

export const QualityInput = ScopeInput.extend({
  window: z.enum(WINDOWS).exclude(["all"]).optional(),
  /** Whose clock the season follows, such as `America/New_York`; UTC when left out. */
  zone: z.string().max(64).optional(),
});

/** What can be wrong with a feature's values. */
export const QUALITY_CHECKS = ["missing", "type", "text", "range", "new"] as const;
export type QualityCheck = (typeof QUALITY_CHECKS)[number];

/**
 * `normal`: rows arrive as they should. `silent`: none for longer than the season explains. `late`: rows arrive, with old
 * times. `imported`: history that never arrived fresh, so the clock says nothing. `young`: fewer than 50 rows. `never`: none.
 */
export type ArrivalState = "normal" | "silent" | "late" | "imported" | "young" | "never";

export interface Arrival {
  state: ArrivalState;
  now: string;
  newest: string | null;
  lastReceivedAt: string | null;
  /** Since the newest row, by its own time, milliseconds. */
  silenceMs: number | null;
  /** Rows that the season expects in that silence, and the chance of seeing none; null where there is no season yet. */
  expectedInSilence: number | null;
  probability: number | null;
  /** Below this probability silence is an alarm: it follows from the false-alarm budget. */
  alarmBelow: number;
  /** From the newest row on, the silence that would be one; null where the season expects nothing for a month. */
  alarmAfterMs: number | null;
  /** Time between rows that is usual at this hour. */
  usualGapMs: number | null;
  /** Variance over mean of the rows a window: 1 for independent arrivals. */
  overDispersion: number | null;
  rows: number;
  duplicates: number;
  conflicts: number;
  /** Rows that clients say they dropped; null: no client reports, so not known. */
  dropped: number | null;
}

export interface Season {
  kind: "none" | "day-night" | "hour-of-week" | "day-of-week" | "all-alike";
  /** Of history before the end of the range. */
  weeks: number;
  zone: string;
}

export interface VolumePoint {
  from: string;
  to: string;
  rows: number;
  /** Null where the history is too short to expect anything. */
  expected: { lo: number; mid: number; hi: number } | null;
  z: number | null;
  state: "usual" | "low" | "high" | null;
  /** The window is not over. */
  open: boolean;
}

export interface LatencyPoint {
  from: string;
  to: string;
  n: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/**
 * `ok`: within the limit. `may`: beyond it, but not the whole interval. `beyond`: all of it. `spells`: within over the whole
 * window, but at least half of the rows were bad in some stored window of it, and the reference hardly ever is. `low`: too few
 * rows. `none`: no rows. `learning`: no reference.
 */
export type CheckState = "ok" | "may" | "beyond" | "spells" | "low" | "none" | "learning";

/** One letter a state, in which rows of the grid are written. */
export const CHECK_LETTERS: Readonly<Record<CheckState, string>> = {
  ok: "o",
  may: "m",
  beyond: "b",
  spells: "s",
  low: "l",
  none: "n",
  learning: "r",
};

export interface CheckRow {
  feature: string;
  check: QualityCheck;
  /** Of the newest version's reference; null without one. */
  reference: { rate: number; n: number } | null;
  /** What the reference still allows, with the tolerance; null without a reference. */
  limit: number | null;
  /** One letter of CHECK_LETTERS a window of the answer, and the rows that failed of those that could. */
  states: string;
  bad: number[];
  n: number[];
}

export interface Violation {
  feature: string;
  check: QualityCheck;
  state: "beyond" | "may" | "spells";
  /** Beyond in the newest window that can be judged; otherwise it was so earlier in the range. */
  now: boolean;
  /** The window that it is told from. */
  from: string;
  to: string;
  rate: number;
  ci: { lo: number; hi: number };
  bad: number;
  n: number;
  reference: { rate: number; n: number } | null;
  limit: number | null;
  /** Rate ÷ limit, for the order; null without a limit. */
  ratio: number | null;
  /** Start of the present run of windows beyond the limit; null where the evidence has no onset. */
  since: string | null;
  /** log10 of the evidence that the rate is beyond the limit (earlier: its peak), and where it alarms; null without a reference. */
  evidence: { log10: number; alarm: number } | null;
  /** Stored windows, in the whole range, in which at least half of the rows were bad, and their width. */
  spells: number;
  spellWidth: string;
  /** The largest such spell's number of stored windows in a row, and when it began. */
  longestSpell: { windows: number; from: string } | null;
  /** New values of a category, most rows first. */
  examples: NewValue[];
}

export interface NewValue {
  value: string;
  count: number;
}

export interface SchemaRow {
  feature: string;
  expected: "number" | "category" | null;
  seen: "number" | "category" | null;
  /**
   * `missing`: absent from all rows of the newest full window; `type`: most values cannot be used; `added`: not in
   * the reference; `constant`: one value for two days, where the reference had many.
   */
  state: "as expected" | "added" | "missing" | "type changed" | "constant" | "not judged";
  firstSeen: string | null;
  lastSeen: string | null;
  /** Share of the range's rows with a usable value. */
  usable: number | null;
  /** Values of a category that the reference does not know, most rows first: news, and by itself no fault. */
  newValues: NewValue[];
}

export interface QualityAnswer {
  model: string;
  watermark: string | null;
  window: WindowName;
  widenedFrom: WindowName | null;
  refId: string | null;
  version: string | null;
  arrival: Arrival;
  season: Season;
  volume: VolumePoint[];
  latency: LatencyPoint[];
  checks: CheckRow[];
  /** Feature × check pairs that had nothing bad in the whole range, and are left out of `checks`. */
  clean: number;
  /** Most over its limit first. */
  violations: Violation[];
  schema: SchemaRow[];
}
