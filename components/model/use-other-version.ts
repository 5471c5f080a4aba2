"use client";
import { useAsk } from "#components/api/use-api.ts";
import type { SeriesInput } from "#components/charts/prepare-time-series.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { parseInstant } from "#components/ui/time.ts";
import type { ModelDetail } from "#server/api/contract.ts";

/** The version to draw beside the live one: a challenger, or the present champion before it was promoted. */
export function otherVersion(
  { versions, liveVersion }: ModelDetail,
  fromMs: number,
  toMs: number,
): { version: string; untilMs: number } | null {
  const inRange = versions.filter((one) => {
    const first = parseInstant(one.firstTs);
    const last = parseInstant(one.lastTs);
    return first !== null && last !== null && first < toMs && last >= fromMs;
  });
  const challenger = inRange.find((one) => one.stage === "challenger");
  if (challenger) return { version: challenger.version, untilMs: toMs };
  const live = inRange.find((one) => one.version === liveVersion);
  const promotedMs = parseInstant(live?.stageSince);
  if (
    !live ||
    promotedMs === null ||
    promotedMs <= fromMs ||
    (parseInstant(live.firstTs) ?? toMs) >= promotedMs
  )
    return null;
  return { version: live.version, untilMs: promotedMs };
}

export function useOtherVersion(scope: Scope, metric: string | null): SeriesInput | null {
  const other = scope.version === undefined ? otherVersion(scope.detail, scope.fromMs, scope.toMs) : null;
  const query = useAsk(
    "metrics.query",
    { ...scope.asked, metric: metric ?? "", window: scope.window, version: other?.version },
    { enabled: other !== null && metric !== null },
  );
  if (other === null || metric === null) return null;
  const points = (query.data?.points ?? []).filter(
    (point) => Date.parse(point.from) < other.untilMs && point.value !== null,
  );
  if (points.length === 0) return null;
  return { key: "other", label: `${other.version} as challenger`, role: "challenger", points };
}
