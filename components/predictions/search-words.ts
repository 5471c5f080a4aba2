import { integer, plural } from "#components/ui/format.ts";
import { instantText } from "#components/ui/time.ts";
import type { PredictionsAnswer } from "#server/api/contract.ts";

export interface SearchProgress {
  readonly found: number;
  readonly inRange: number;
  /** Every row of the range was looked at. */
  readonly complete: boolean;
  /** The last slice ended by its time budget, not by a full page. */
  readonly partial: boolean;
  readonly scanned: number;
  readonly reachedMs: number | null;
}

export function progressOf(pages: readonly PredictionsAnswer[]): SearchProgress {
  const last = pages.at(-1);
  return {
    found: pages.reduce((sum, page) => sum + page.rows.length, 0),
    inRange: last?.inRange ?? 0,
    complete: last !== undefined && last.cursor === null,
    partial: last?.partial ?? false,
    scanned: pages.reduce((sum, page) => sum + page.scanned, 0),
    reachedMs: last?.reached ? Date.parse(last.reached) : null,
  };
}

/** How many match, said as far as it is known. */
export function searchSentence(progress: SearchProgress, filtered: boolean): string {
  const range = plural(progress.inRange, "prediction");
  if (!filtered) {
    if (progress.inRange === 0 && progress.found === 0) return "No predictions in this range.";
    return `${range} in this range.`;
  }
  if (progress.complete) {
    const found =
      progress.found === 0
        ? "No prediction matches"
        : `${plural(progress.found, "prediction matches", "predictions match")}`;
    return `${found}, of ${integer(progress.inRange)} in this range.`;
  }
  if (progress.found === 0)
    return `No match so far among the newest ${integer(progress.scanned)} of ${range}.`;
  return `At least ${plural(progress.found, "prediction matches", "predictions match")}, of ${integer(progress.inRange)} in this range.`;
}

/** The line under the table: what is shown, and how far back the search got. */
export function pagerText(progress: SearchProgress, newest: boolean, zone: string, nowMs: number): string {
  const order = newest ? "newest first" : "oldest first";
  const shown = progress.found === 0 ? "0 rows" : `1–${integer(progress.found)}, ${order}`;
  if (progress.complete) return `${shown}. That is all of them.`;
  const reached = progress.reachedMs === null ? null : instantText(progress.reachedMs, zone, nowMs);
  if (progress.partial && reached !== null)
    return `${shown}. Searched ${newest ? "back " : ""}to ${reached}, ${integer(progress.scanned)} rows so far.`;
  return `${shown}. Live rows wait behind a button; nothing moves under you.`;
}
