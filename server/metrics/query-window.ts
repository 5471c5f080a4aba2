import { WINDOWS, type WindowName } from "#server/api/contract.ts";
import { unknownName } from "#server/metrics/bad-query.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const WIDTH_MS: Record<Exclude<WindowName, "all">, number> = {
  "5m": 5 * MINUTE_MS,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "1d": DAY_MS,
  "7d": 7 * DAY_MS,
};

/** Points of one line on a chart; more would be narrower than a pixel or two. */
const POINTS_A_SERIES_MAX = 400;
/** Points of one answer, so that all features of a wide model stay a readable body. */
const POINTS_MAX = 60_000;

/** Equal windows over a range, aligned to 1970-01-01T00:00Z; `all` is one of any width. */
export interface Buckets {
  readonly window: WindowName;
  readonly widenedFrom: WindowName | null;
  readonly from: number;
  readonly to: number;
  readonly widthMs: number;
}

export function windowWidthMs(window: Exclude<WindowName, "all">): number {
  return WIDTH_MS[window];
}

function isWindowName(name: string): name is WindowName {
  return WINDOWS.some((known) => known === name);
}

/**
 * The windows to answer with: those asked for, or the finest that fit; wider ones where too many would be needed or
 * the model keeps none so narrow. Null where no data lies in the range.
 */
export function chooseBuckets(
  scope: QueryScope,
  asked: string | undefined,
  seriesCount: number,
): Buckets | null {
  if (asked !== undefined && !isWindowName(asked)) throw unknownName("window", asked, WINDOWS);
  if (scope.data === null) return null;
  const range = { from: scope.from ?? scope.data.firstTs, to: scope.to ?? scope.data.lastTs + 1 };
  if (range.from > scope.data.lastTs || range.to <= scope.data.firstTs) return null;
  const limit = Math.max(1, Math.min(POINTS_A_SERIES_MAX, Math.floor(POINTS_MAX / Math.max(1, seriesCount))));
  const start = asked ?? "5m";
  for (const window of WINDOWS.slice(WINDOWS.indexOf(start))) {
    const buckets = bucketsOf(scope, window, range);
    if (buckets === null || (buckets.to - buckets.from) / buckets.widthMs > limit) continue;
    const widenedFrom = asked === undefined || window === asked ? null : asked;
    return { ...buckets, window, widenedFrom };
  }
  return null;
}

function bucketsOf(
  { schema, data }: QueryScope,
  window: WindowName,
  range: { from: number; to: number },
): { from: number; to: number; widthMs: number } | null {
  if (window === "all") {
    const from = windowStart(range.from, schema.windowMs);
    const to = windowStartAfter(range.to, schema.windowMs);
    return { from, to, widthMs: to - from };
  }
  const widthMs = WIDTH_MS[window];
  if (widthMs % schema.windowMs !== 0) return null;
  const from = windowStart(Math.max(range.from, data?.firstTs ?? range.from), widthMs);
  const to = windowStartAfter(Math.min(range.to, (data?.lastTs ?? range.to) + 1), widthMs);
  return { from, to, widthMs };
}
