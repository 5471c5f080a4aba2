import type { SchemaRow } from "#server/api/contracts/quality.ts";
import { formatInstantOrNull } from "#server/kernel/instant.ts";
import { wouldBeConstant } from "#server/metrics/quality/check-rules.ts";
import type {
  QualityBucket,
  QualityPart,
  QualityReading,
  VersionRules,
} from "#server/metrics/quality/read-quality.ts";
import type { FeatureType } from "#server/models/schema.ts";
import { hasOneValue } from "#server/windows/quality-counts.ts";

const STOPPED_MS = 48 * 3_600_000;

import { newValuesOf } from "#server/metrics/quality/violations.ts";
import { IMMEDIATE_RATE, IMMEDIATE_ROWS_MIN } from "#server/stats/quality/claims.ts";

/** What the newest version's reference promises of each feature, beside what came. */
export function schemaRows(reading: QualityReading, closedTo: number): SchemaRow[] {
  const shown = reading.versions.at(-1);
  if (shown === undefined) return [];
  const newest = newestPart(reading.buckets, shown.version, closedTo);
  return shown.layout.features.map(({ name, type }, index): SchemaRow => {
    const promised = (shown.rules[index] ?? []).some(
      ({ check, baseline }) =>
        check === "missing" && baseline !== null && baseline.successes < baseline.trials,
    );
    const seen = reading.seen.get(name);
    const counts = newest === null ? null : standing(newest, index);
    return {
      feature: name,
      expected: promised ? type : null,
      seen: seen === undefined ? null : counts?.unusable ? other(type) : type,
      state:
        counts !== null && hasStopped(reading.buckets, shown, index, closedTo)
          ? "constant"
          : schemaState({ promised, hasReference: shown.refId !== null, seen: seen !== undefined, counts }),
      firstSeen: formatInstantOrNull(seen?.first ?? null),
      lastSeen: formatInstantOrNull(seen?.last ?? null),
      usable: usableShare(reading.buckets, shown.version, index),
      newValues: newValuesOf(reading, name),
    };
  });
}

/** One value over at least two days, up to the newest window: a weekday or a calm night alone is no news. */
function hasStopped(
  buckets: readonly QualityBucket[],
  { version, layout, reference }: VersionRules,
  index: number,
  closedTo: number,
): boolean {
  const feature = layout.features[index];
  const known = reference?.summary.features[index];
  if (feature === undefined || known === undefined) return false;
  const values = new Set<number>();
  let rows = 0;
  let spanMs = 0;
  for (const { start, end, parts } of [...buckets].reverse()) {
    const own = parts.find(({ of }) => of.version === version)?.counts.features[index];
    if (end > closedTo || own === undefined || own.valid === 0) continue;
    values.add(own.onlyCell);
    if (values.size > 1 || !hasOneValue(own)) return false;
    rows += own.valid;
    spanMs += end - start;
    if (spanMs >= STOPPED_MS && wouldBeConstant(rows, known, feature.range)) return true;
  }
  return false;
}

interface Standing {
  /** Absent from all rows. */
  readonly absent: boolean;
  /** Most of what came cannot be used for its type. */
  readonly unusable: boolean;
}

function standing({ counts }: QualityPart, index: number): Standing | null {
  const feature = counts.features[index];
  if (feature === undefined || counts.comparable < IMMEDIATE_ROWS_MIN) return null;
  const present = feature.valid + feature.nulls + feature.invalid;
  const sent = feature.valid + feature.invalid;
  return { absent: present === 0, unusable: sent > 0 && feature.invalid >= IMMEDIATE_RATE * sent };
}

function schemaState(facts: {
  promised: boolean;
  hasReference: boolean;
  seen: boolean;
  counts: Standing | null;
}): SchemaRow["state"] {
  const { promised, hasReference, seen, counts } = facts;
  if (counts === null || !hasReference) return "not judged";
  if (!promised) return seen ? "added" : "not judged";
  if (counts.absent) return "missing";
  return counts.unusable ? "type changed" : "as expected";
}

function other(type: FeatureType): FeatureType {
  return type === "number" ? "category" : "number";
}

/** The newest window that is over and holds enough rows of the version. */
function newestPart(
  buckets: readonly QualityBucket[],
  version: string,
  closedTo: number,
): QualityPart | null {
  for (const { end, parts } of [...buckets].reverse()) {
    const part = parts.find(({ of }) => of.version === version);
    if (end <= closedTo && part !== undefined && part.counts.comparable >= IMMEDIATE_ROWS_MIN) return part;
  }
  return null;
}

function usableShare(buckets: readonly QualityBucket[], version: string, index: number): number | null {
  let valid = 0;
  let rows = 0;
  for (const { of, counts } of buckets.flatMap(({ parts }) => parts)) {
    if (of.version !== version) continue;
    valid += counts.features[index]?.valid ?? 0;
    rows += counts.comparable;
  }
  return rows === 0 ? null : valid / rows;
}
