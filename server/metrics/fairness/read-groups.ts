import {
  addTallies,
  type GroupTally,
  type TallyView,
  tallyOf,
} from "#server/metrics/fairness/group-tally.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import type { Buckets } from "#server/metrics/query-window.ts";
import { PartReader } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { mergeSpread } from "#server/windows/moments.ts";
import { sumTallies, talliesByValue } from "#server/windows/read-summaries.ts";
import { CALIBRATION_BINS, SCORE_BINS } from "#server/windows/score-grid.ts";
import type { BinaryOutput, OutputSummary, Spread } from "#server/windows/summary.ts";

/** Everything of a group over the range, and its sums by bucket of time. */
export interface GroupNumbers {
  readonly group: string;
  readonly whole: GroupTally;
  /** By start of the bucket; none where the group had no row. */
  readonly buckets: ReadonlyMap<number, GroupTally>;
  /** Labelled rows by score and truth, all rows by score, and summed probabilities; empty but for binary models. */
  readonly scored: Pick<BinaryOutput, "positives" | "negatives" | "scores" | "calibration">;
  readonly error: Spread;
  readonly absoluteError: Spread;
}

export interface GroupRows {
  readonly groups: readonly GroupNumbers[];
  /** All rows of the range, whatever their group. */
  readonly predictions: number;
  readonly labelled: number;
  readonly classes: readonly string[];
}

/** Makes the reader fetch segments; which one is decided later. */
const EVERY_SEGMENT = { key: "", values: [], text: "" };
const PICK = { features: [], output: true, latency: false };

/** Groups are the values of a key, most rows first. */
export function readGroups(
  source: MetricsSource,
  scope: QueryScope,
  buckets: Buckets,
  asked: { readonly key: string; readonly view: (classes: readonly string[]) => TallyView },
): GroupRows {
  const found = readBuckets(source, scope, buckets);
  const classes = [...new Set(found.flatMap(({ layout }) => layout.classes))];
  const view = asked.view(classes);
  const groups = new Map<string, GroupSum>();
  for (const { start, records, layout } of found) {
    for (const [value, tallies] of talliesByValue(records, layout, asked.key)) {
      const summary = sumTallies(tallies, layout, PICK);
      const sum = groups.get(value) ?? new GroupSum(value);
      sum.add(start, tallyOf(summary, layout.classes, view), summary.output);
      groups.set(value, sum);
    }
  }
  const records = found.flatMap((one) => one.records);
  return {
    groups: [...groups.values()].map((sum) => sum.finish()).sort(mostRows),
    predictions: records.reduce((sum, { predictions }) => sum + predictions, 0),
    labelled: records.reduce((sum, { labelled }) => sum + labelled, 0),
    classes,
  };
}

function mostRows(a: GroupNumbers, b: GroupNumbers): number {
  return b.whole.predictions - a.whole.predictions || (a.group < b.group ? -1 : 1);
}

function readBuckets(source: MetricsSource, scope: QueryScope, buckets: Buckets) {
  const reader = new PartReader(source, { ...scope, segment: EVERY_SEGMENT }, PICK);
  const byPlace = new Map<string, { version: string; start: number; records: WindowRecord[] }>();
  for (const span of versionSpans(source, scope.schema, scope.version, buckets)) {
    for (const record of reader.records(span, buckets.widthMs)) {
      const step = Math.floor((record.start - buckets.from) / buckets.widthMs);
      const start = buckets.from + step * buckets.widthMs;
      const place = `${start}/${record.version}`;
      const known = byPlace.get(place);
      if (known === undefined) byPlace.set(place, { version: record.version, start, records: [record] });
      else known.records.push(record);
    }
  }
  return [...byPlace.values()].flatMap(({ version, start, records }) => {
    const layout = source.layout(scope.schema.modelId, version);
    return layout === null ? [] : [{ start, records, layout }];
  });
}

/** Adds up in place: a group has hundreds of buckets. */
class GroupSum {
  private readonly group: string;
  private readonly buckets = new Map<number, GroupTally>();
  private readonly scored = {
    positives: new Float64Array(SCORE_BINS),
    negatives: new Float64Array(SCORE_BINS),
    scores: new Float64Array(SCORE_BINS),
    calibration: new Float64Array(CALIBRATION_BINS),
  };
  private error: Spread = { n: 0, mean: 0, m2: 0 };
  private absoluteError: Spread = { n: 0, mean: 0, m2: 0 };

  constructor(group: string) {
    this.group = group;
  }

  add(start: number, tally: GroupTally, output: OutputSummary): void {
    const known = this.buckets.get(start);
    this.buckets.set(start, known === undefined ? tally : addTallies([known, tally]));
    if (output.kind === "binary") {
      addInto(this.scored.positives, output.positives);
      addInto(this.scored.negatives, output.negatives);
      addInto(this.scored.scores, output.scores);
      addInto(this.scored.calibration, output.calibration);
    }
    if (output.kind === "regression") {
      this.error = mergeSpread(this.error, output.error);
      this.absoluteError = mergeSpread(this.absoluteError, output.absoluteError);
    }
  }

  finish(): GroupNumbers {
    const { group, buckets, scored, error, absoluteError } = this;
    return { group, buckets, scored, error, absoluteError, whole: addTallies([...buckets.values()]) };
  }
}

function addInto(sum: Float64Array, part: Float64Array): void {
  for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (part[index] ?? 0);
}
