import type { Season, VolumePoint } from "#server/api/contracts/quality.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type CountHistory, readCounts } from "#server/metrics/quality/count-history.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import type { Buckets } from "#server/metrics/query-window.ts";
import type { LocalHour } from "#server/stats/quality/local-hour.ts";
import { type SeasonKind, seasonFor } from "#server/stats/quality/season.ts";
import {
  expectedVolume,
  type UsualVolume,
  usualVolume,
  volumeVerdicts,
  volumeZ,
} from "#server/stats/quality/seasonal-volume.ts";
import { windowStart } from "#server/windows/levels.ts";

const WEEK_MS = 7 * 86_400_000;
/** So much history is looked back at: enough for a season, and it follows a trend. */
const HISTORY_MS = 12 * WEEK_MS;
/** Fewer windows of a slot than this say nothing of its spread. */
const LIKE_WINDOWS_MIN = 3;

export interface VolumeAnswer {
  readonly volume: VolumePoint[];
  readonly season: Omit<Season, "zone">;
}

/** Rows a window, each beside what like windows before it had. A window never judges itself. */
export function volumeOverTime(
  source: MetricsSource,
  scope: QueryScope,
  buckets: Buckets,
  localHour: LocalHour,
): VolumeAnswer {
  const { widthMs, to } = buckets;
  const firstTs = scope.data?.firstTs ?? buckets.from;
  const from = Math.max(windowStart(firstTs, widthMs), windowStart(buckets.from - HISTORY_MS, widthMs));
  const history = readCounts(source, scope, { from: Math.min(from, buckets.from), to, widthMs });
  const isOpen = (end: number): boolean => scope.data === null || scope.data.lastTs < end;
  const expects = seasonReader(history, localHour);
  const shown = range(Math.round((buckets.from - history.from) / widthMs), history.counts.length);
  const usual = shown.map((index) => expects(index));
  const scores = shown.map((index, at) => {
    const own = usual[at];
    const end = history.from + (index + 1) * widthMs;
    return own == null || isOpen(end) ? null : volumeZ(own, history.counts[index] ?? 0);
  });
  const verdicts = volumeVerdicts(scores);
  const volume = shown.map((index, at): VolumePoint => {
    const start = history.from + index * widthMs;
    const own = usual[at] ?? null;
    return {
      from: formatInstant(start),
      to: formatInstant(Math.min(to, start + widthMs)),
      rows: history.counts[index] ?? 0,
      expected: own === null ? null : wholeRows(expectedVolume(own)),
      z: scores[at] ?? null,
      state: verdicts[at] ?? null,
      open: isOpen(start + widthMs),
    };
  });
  return { volume, season: seasonAt(to - history.from, widthMs, localHour) };
}

/** Volume of a segment: its windows are not counted apart, so nothing is said of its season. */
export function volumeOfSegment(
  points: readonly { start: number; end: number; rows: number }[],
): VolumeAnswer {
  const volume = points.map(({ start, end, rows }): VolumePoint => {
    const times = { from: formatInstant(start), to: formatInstant(end) };
    return { ...times, rows, expected: null, z: null, state: null, open: false };
  });
  return { volume, season: { kind: "none", weeks: 0 } };
}

function seasonAt(historyMs: number, widthMs: number, localHour: LocalHour): VolumeAnswer["season"] {
  return { kind: seasonFor(historyMs, widthMs, localHour).kind, weeks: historyMs / WEEK_MS };
}

/** What to expect of a window, from the windows of its slot in the weeks before it. */
function seasonReader(
  { from, widthMs, counts }: CountHistory,
  localHour: LocalHour,
): (index: number) => UsualVolume | null {
  const slots = new Map<SeasonKind, Int16Array>();
  const slotsOf = (historyMs: number): { kind: SeasonKind; slots: Int16Array } => {
    const season = seasonFor(historyMs, widthMs, localHour);
    const known = slots.get(season.kind);
    if (known !== undefined) return { kind: season.kind, slots: known };
    const made = Int16Array.from(counts, (_count, index) => season.slotOf(from + index * widthMs));
    slots.set(season.kind, made);
    return { kind: season.kind, slots: made };
  };
  return (index) => {
    const first = Math.max(0, index - Math.floor(HISTORY_MS / widthMs));
    const { kind, slots: own } = slotsOf((index - first) * widthMs);
    if (kind === "none") return null;
    const like: number[] = [];
    for (let before = first; before < index; before++) {
      if (own[before] === own[index]) like.push(counts[before] ?? 0);
    }
    return like.length < LIKE_WINDOWS_MIN ? null : usualVolume(like);
  };
}

function wholeRows({ lo, mid, hi }: { lo: number; mid: number; hi: number }): {
  lo: number;
  mid: number;
  hi: number;
} {
  return { lo: Math.floor(lo), mid: Math.round(mid), hi: Math.ceil(hi) };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
