import type { WindowRecord } from "#server/store/event-store.ts";
import type { Layout } from "#server/windows/layout.ts";
import type { Summary } from "#server/windows/summary.ts";

/** What of a summary is wanted; the rest stays empty and costs nothing to decode. Everything when left out. */
export interface SummaryPick {
  /** Names of features; all when left out. */
  readonly features?: readonly string[];
  /** Default true. */
  readonly output?: boolean;
  /** Default true. */
  readonly latency?: boolean;
}

/** The stored parts of a window (or of a reference) that summaries are read from. */
export type SummarySource = Only<WindowRecord, "summary" | "segments">;
type Only<T, K extends keyof T> = { readonly [P in K]: T[P] };

/** `layout`: the newest of the version (parseLayout of EventReader.currentLayout). Records of an older generation read without bins. */
export function decodeSummary(_record: SummarySource, _layout: Layout, _pick?: SummaryPick): Summary {
  throw new Error("Not written yet.");
}

/** One segment's summary; an empty one where the window has no row of it. */
export function decodeSegment(
  _record: SummarySource,
  _layout: Layout,
  _key: string,
  _value: string,
  _pick?: SummaryPick,
): Summary {
  throw new Error("Not written yet.");
}

/** The sum of many windows, decoded straight into one accumulator: much faster than decoding and merging each. */
export function sumSummaries(
  _records: readonly SummarySource[],
  _layout: Layout,
  _pick?: SummaryPick,
): Summary {
  throw new Error("Not written yet.");
}

/** As sumSummaries, for one segment. */
export function sumSegments(
  _records: readonly SummarySource[],
  _layout: Layout,
  _key: string,
  _value: string,
  _pick?: SummaryPick,
): Summary {
  throw new Error("Not written yet.");
}

/** Values of a key that occur in these windows with their predictions, most first. */
export function segmentValues(
  _records: readonly SummarySource[],
  _layout: Layout,
  _key: string,
): Array<{ value: string; predictions: number; labelled: number }> {
  throw new Error("Not written yet.");
}

export function mergeSummaries(_layout: Layout, _summaries: readonly Summary[]): Summary {
  throw new Error("Not written yet.");
}

export function emptySummary(_layout: Layout): Summary {
  throw new Error("Not written yet.");
}

/** A reference's summary has its own order of features: this puts it in the order of the live layout, by name. */
export function alignSummary(_summary: Summary, _from: Layout, _to: Layout): Summary {
  throw new Error("Not written yet.");
}
