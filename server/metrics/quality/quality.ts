import type { z } from "zod";
import type { WindowName } from "#server/api/contract.ts";
import type { LatencyPoint, QualityAnswer, QualityInput } from "#server/api/contracts/quality.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import { badQuery, shown } from "#server/metrics/bad-query.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { arrivalOf } from "#server/metrics/quality/arrival.ts";
import { checkGrid } from "#server/metrics/quality/check-grid.ts";
import { type QualityBucket, readQuality, versionRules } from "#server/metrics/quality/read-quality.ts";
import { schemaRows } from "#server/metrics/quality/schema-rows.ts";
import { violationsOf } from "#server/metrics/quality/violations.ts";
import { type VolumeAnswer, volumeOfSegment, volumeOverTime } from "#server/metrics/quality/volume.ts";
import { type QueryScope, resolveScope } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { type LocalHour, localHourOfWeek } from "#server/stats/quality/local-hour.ts";
import { binnedQuantile } from "#server/stats/sketch/binned-quantile.ts";
import { LATENCY_BINS, LATENCY_EDGES_MS } from "#server/windows/latency-grid.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;

export interface QualityQuestion {
  readonly input: z.infer<typeof QualityInput>;
  readonly now: number;
  /** The model's false-alarm budget: one in so many weeks. */
  readonly budgetWeeks: number;
}

/** Is the data arriving, complete and in shape? */
export function queryQuality(
  source: MetricsSource,
  { input, now, budgetWeeks }: QualityQuestion,
): QualityAnswer {
  const scope = resolveScope(source, input);
  const zone = input.zone ?? "UTC";
  const localHour = hourReader(zone);
  const buckets = chooseBuckets(scope, input.window, 1);
  const arrival = arrivalOf(source, scope, { now, localHour, budgetWeeks });
  const about = {
    model: scope.schema.slug,
    watermark: formatInstantOrNull(scope.data?.lastTs ?? null),
    window: buckets?.window ?? input.window ?? ("1h" satisfies WindowName),
    widenedFrom: buckets?.widenedFrom ?? null,
    arrival,
  };
  if (buckets === null) return { ...about, ...nothing(source, scope, zone) };
  const reading = readQuality(source, scope, buckets);
  const { volume, season } = volumes(source, scope, buckets, { localHour, buckets: reading.buckets });
  const closedTo = scope.data === null ? buckets.from : Math.min(buckets.to, scope.data.lastTs + 1);
  const grid = checkGrid(reading, closedTo);
  const patience = (budgetWeeks * WEEK_MS) / buckets.widthMs;
  const tests = Math.max(1, grid.rows.length + grid.clean);
  const shownVersion = reading.versions.at(-1);
  return {
    ...about,
    version: shownVersion?.version ?? null,
    refId: shownVersion?.refId ?? null,
    season: { ...season, zone },
    volume,
    latency: reading.buckets.some(hasLatency) ? latencies(reading.buckets) : [],
    checks: grid.rows.map(({ row }) => row),
    clean: grid.clean,
    violations: violationsOf(grid.rows, {
      reading,
      closedTo,
      alarm: Math.log10(patience * tests),
      spellWidth: widthWords(reading.levelMs),
    }),
    schema: schemaRows(reading, closedTo),
  };
}

function hourReader(zone: string): LocalHour {
  try {
    return localHourOfWeek(zone);
  } catch {
    throw badQuery(
      "unknown_zone",
      "zone",
      `\`${shown(zone)}\` is no time zone; write one such as Europe/Oslo, or UTC.`,
    );
  }
}

function volumes(
  source: MetricsSource,
  scope: QueryScope,
  asked: Buckets,
  { localHour, buckets }: { localHour: LocalHour; buckets: readonly QualityBucket[] },
): VolumeAnswer {
  if (scope.segment === null) return volumeOverTime(source, scope, asked, localHour);
  return volumeOfSegment(
    buckets.map(({ start, end, parts }) => ({
      start,
      end,
      rows: parts.reduce((sum, { counts }) => sum + counts.predictions, 0),
    })),
  );
}

function hasLatency({ parts }: QualityBucket): boolean {
  return parts.some(({ counts }) => counts.latency.some((count) => count > 0));
}

function latencies(buckets: readonly QualityBucket[]): LatencyPoint[] {
  return buckets.map(({ start, end, parts }) => {
    const counts = new Float64Array(LATENCY_BINS);
    let n = 0;
    for (const { counts: own } of parts) {
      for (let bin = 0; bin < LATENCY_BINS; bin++) {
        const count = own.latency[bin] ?? 0;
        counts[bin] = (counts[bin] ?? 0) + count;
        n += count;
      }
    }
    const at = (p: number) =>
      n === 0 ? null : binnedQuantile({ edges: LATENCY_EDGES_MS, counts, min: null, max: null }, p);
    return {
      from: formatInstant(start),
      to: formatInstant(end),
      n,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
    };
  });
}

/** Before the first row, or in a range without any. */
function nothing(source: MetricsSource, scope: QueryScope, zone: string) {
  const version = scope.version ?? source.versions(scope.schema.modelId).at(-1) ?? null;
  const rules = version === null ? null : versionRules(source, scope, version);
  return {
    version,
    refId: rules?.refId ?? null,
    season: { kind: "none" as const, weeks: 0, zone },
    volume: [],
    latency: [],
    checks: [],
    clean: 0,
    violations: [],
    schema: [],
  };
}

function widthWords(widthMs: number): string {
  if (widthMs % (24 * HOUR_MS) === 0)
    return widthMs === 24 * HOUR_MS ? "day" : `${widthMs / 24 / HOUR_MS} days`;
  if (widthMs % HOUR_MS === 0) return widthMs === HOUR_MS ? "hour" : `${widthMs / HOUR_MS} hours`;
  return `${widthMs / 60_000} minutes`;
}
