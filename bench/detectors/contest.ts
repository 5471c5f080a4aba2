import { type Generator, seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { quantile } from "../result.ts";

/** Judges one stream: the part of the window (0 to 1] after which it alarms, or null. */
export type Judge<Window> = (window: Window) => number | null;

/** A rule in the contest. */
export interface Rule<Reference, Window> {
  readonly name: string;
  /** "first": a stream ends for this rule with its first alarm. "reset": it starts anew and its alarms are counted on. */
  readonly counting: "first" | "reset";
  /** A judge for a new stream; the reference serves ten streams. */
  start(reference: Reference, stream: number): Judge<Window>;
}

/** Where rows come from. `time` counts windows of a stream from 0. */
export interface Source<Reference, Window> {
  reference(next: Generator): Reference;
  window(next: Generator, time: number): Window;
}

export interface Runs {
  readonly seed: string;
  readonly streams: number;
  readonly windows: number;
  /** 10 unless told otherwise: one unlucky reference then counts in ten streams, as it does in life. */
  readonly streamsPerReference?: number;
}

const STREAMS_PER_REFERENCE = 10;

/** Every stream of a source with its reference: a fresh one every ten streams, seeds fixed. */
export function* streamsOf<Reference, Window>(source: Source<Reference, Window>, runs: Runs) {
  let reference = source.reference(seededGenerator(`${runs.seed}/reference/0`));
  for (let stream = 0; stream < runs.streams; stream++) {
    if (stream % (runs.streamsPerReference ?? STREAMS_PER_REFERENCE) === 0) {
      reference = source.reference(seededGenerator(`${runs.seed}/reference/${stream}`));
    }
    yield { stream, reference, next: seededGenerator(`${runs.seed}/stream/${stream}`) };
  }
}

export interface FalseAlarms {
  readonly alarms: number;
  readonly windows: number;
  readonly perThousand: number;
}

/** False alarms of each rule on the same streams without change, per 1,000 windows that it watched. */
export function falseAlarms<Reference, Window>(
  source: Source<Reference, Window>,
  rules: readonly Rule<Reference, Window>[],
  runs: Runs,
): FalseAlarms[] {
  const found = rules.map(() => ({ alarms: 0, windows: 0 }));
  for (const { stream, reference, next } of streamsOf(source, runs)) {
    const judges: (Judge<Window> | null)[] = rules.map((rule) => rule.start(reference, stream));
    for (let time = 0; time < runs.windows && judges.some((judge) => judge !== null); time++) {
      const window = source.window(next, time);
      for (const [index, judge] of judges.entries()) {
        const tally = found[index];
        if (judge === null || tally === undefined) continue;
        tally.windows++;
        if (judge(window) === null) continue;
        tally.alarms++;
        if (rules[index]?.counting === "first") judges[index] = null;
      }
    }
  }
  return found.map(({ alarms, windows }) => ({ alarms, windows, perThousand: (1000 * alarms) / windows }));
}

export interface Delay {
  /** Windows from the change to the alarm; infinite where most streams never alarm. */
  readonly median: number;
  readonly ninth: number;
}

/**
 * Windows to the first alarm after a change at window `change`. Streams in which a "first" rule alarmed before are left out,
 * as in the published figures.
 */
export function delays<Reference, Window>(
  source: Source<Reference, Window>,
  rules: readonly Rule<Reference, Window>[],
  runs: Runs & { change: number },
): Delay[] {
  const found: number[][] = rules.map(() => []);
  for (const { stream, reference, next } of streamsOf(source, runs)) {
    const judges: (Judge<Window> | null)[] = rules.map((rule) => rule.start(reference, stream));
    for (let time = 0; time < runs.windows && judges.some((judge) => judge !== null); time++) {
      const window = source.window(next, time);
      for (const [index, judge] of judges.entries()) {
        const part = judge?.(window) ?? null;
        if (part === null) continue;
        if (time >= runs.change) found[index]?.push(time - runs.change + part);
        if (time >= runs.change || rules[index]?.counting === "first") judges[index] = null;
      }
    }
    for (const [index, judge] of judges.entries()) {
      if (judge !== null) found[index]?.push(Number.POSITIVE_INFINITY);
    }
  }
  return found.map((values) => ({ median: rankOf(values, 0.5), ninth: rankOf(values, 0.9) }));
}

/** A quantile that may be infinite. */
function rankOf(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const above = sorted[Math.ceil((sorted.length - 1) * q)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(above) ? quantile(sorted, q) : above;
}
