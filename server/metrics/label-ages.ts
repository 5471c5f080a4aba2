import type { z } from "zod";
import type { KnownAtAge, LabelAgesAnswer, LabelAgesInput } from "#server/api/contracts/label-ages.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { ratePoint } from "#server/metrics/binary-curve-points.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type QueryScope, resolveScope } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { PartReader } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import { accuracyRatio, precisionRatio, recallRatio } from "#server/stats/accuracy/confusion-rates.ts";
import { median } from "#server/stats/quality/robust-z.ts";
import {
  AGE_KIND,
  ageCell,
  LABEL_AGE_CELLS,
  LABEL_AGE_DAYS,
  LABEL_AGES,
} from "#server/windows/label-ages.ts";
import { DAY_MS } from "#server/windows/levels.ts";

interface AgedWindow {
  readonly start: number;
  readonly end: number;
  readonly predictions: number;
  readonly ages: Float64Array;
  /** All its labels have an age. */
  readonly isKnown: boolean;
}

/** How fast labels come, what the early ones say, and the newest window beside earlier ones at the same age. */
export function queryLabelAges(
  source: MetricsSource,
  input: z.infer<typeof LabelAgesInput>,
): LabelAgesAnswer {
  const scope = resolveScope(source, input);
  const buckets = chooseBuckets(scope, input.window, 1);
  const all = buckets === null ? [] : readWindows(source, scope, buckets);
  const known = all.filter(({ isKnown }) => isKnown);
  const sum = known.reduce(plus, { predictions: 0, ages: new Float64Array(LABEL_AGE_CELLS) });
  const ages = [...LABEL_AGE_DAYS.keys(), LABEL_AGES - 1].map((age) => knownAt(sum, age));
  return {
    model: scope.schema.slug,
    window: buckets?.window ?? input.window ?? "all",
    predictions: sum.predictions,
    windowsWithoutAges: all.length - known.length,
    ages: (ages.at(-1)?.labelled ?? 0) > 0 ? ages : [],
    equalAge: buckets?.window === "all" ? null : atEqualAge(known, scope.data?.lastTs ?? 0),
  };
}

type Counts = Pick<AgedWindow, "predictions" | "ages">;

function plus(a: Counts, b: Counts): Counts {
  return {
    predictions: a.predictions + b.predictions,
    ages: a.ages.map((count, cell) => count + (b.ages[cell] ?? 0)),
  };
}

function readWindows(source: MetricsSource, scope: QueryScope, buckets: Buckets): AgedWindow[] {
  const reader = new PartReader(source, scope, { features: [], output: true, latency: false });
  const { from, widthMs } = buckets;
  const startOf = (start: number): number => from + Math.floor((start - from) / widthMs) * widthMs;
  const byStart = new Map<number, AgedWindow>();
  for (const span of versionSpans(source, scope.schema, scope.version, buckets)) {
    for (const [start, records] of Map.groupBy(reader.records(span, widthMs), (record) =>
      startOf(record.start),
    )) {
      for (const { summary } of reader.parts(records)) {
        const before = byStart.get(start) ?? emptyWindow(start, widthMs);
        byStart.set(start, {
          ...before,
          ...plus(before, { predictions: summary.predictions, ages: summary.labelAges }),
          isKnown: before.isKnown && labelledIn(summary.labelAges, LABEL_AGES - 1) === summary.labelled,
        });
      }
    }
  }
  return [...byStart.values()].filter(({ predictions }) => predictions > 0).sort((a, b) => a.start - b.start);
}

function emptyWindow(start: number, widthMs: number): AgedWindow {
  return {
    start,
    end: start + widthMs,
    predictions: 0,
    ages: new Float64Array(LABEL_AGE_CELLS),
    isKnown: true,
  };
}

function upTo(ages: Float64Array, age: number, kind: number): number {
  let sum = 0;
  for (let at = 0; at <= age; at++) sum += ages[ageCell(at, kind)] ?? 0;
  return sum;
}

function labelledIn(ages: Float64Array, age: number): number {
  return upTo(ages, age, AGE_KIND.labelled);
}

function knownAt({ predictions, ages }: Counts, age: number): KnownAtAge {
  const [tp, fp, tn, fn] = [AGE_KIND.tp, AGE_KIND.fp, AGE_KIND.tn, AGE_KIND.fn].map((kind) =>
    upTo(ages, age, kind),
  );
  const confusion = { tp: tp ?? 0, fp: fp ?? 0, tn: tn ?? 0, fn: fn ?? 0 };
  const labelled = labelledIn(ages, age);
  return {
    withinDays: LABEL_AGE_DAYS[age] ?? null,
    labelled,
    coverage: predictions > 0 ? labelled / predictions : 0,
    accuracy: ratePoint(accuracyRatio(confusion)),
    precision: ratePoint(precisionRatio(confusion)),
    recall: ratePoint(recallRatio(confusion)),
  };
}

/** An age is reached when every prediction of the window is that old. */
function ageReached({ end }: AgedWindow, watermark: number): number {
  return LABEL_AGE_DAYS.findLastIndex((days) => watermark - end >= days * DAY_MS);
}

function atEqualAge(windows: readonly AgedWindow[], watermark: number): LabelAgesAnswer["equalAge"] {
  const newest = windows.findLast((window) => ageReached(window, watermark) >= 0);
  if (newest === undefined) return null;
  const age = ageReached(newest, watermark);
  const earlier = windows.filter(({ start }) => start < newest.start).map((window) => knownAt(window, age));
  if (earlier.length === 0) return null;
  const rates = (rate: "accuracy" | "precision" | "recall") =>
    medianOrNull(earlier.flatMap((one) => one[rate]?.value ?? []));
  return {
    withinDays: LABEL_AGE_DAYS[age] ?? 0,
    from: formatInstant(newest.start),
    to: formatInstant(newest.end),
    now: knownAt(newest, age),
    before: {
      windows: earlier.length,
      coverage: medianOrNull(earlier.map(({ coverage }) => coverage)) ?? 0,
      accuracy: rates("accuracy"),
      precision: rates("precision"),
      recall: rates("recall"),
    },
  };
}

function medianOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values);
}
