import type { MetaDatabase } from "#db/open-meta.ts";
import { readSlots } from "#db/queries/monitor-slots.ts";
import { readMonitors, readProgressOf } from "#db/queries/monitors.ts";
import type { EvidencePoint, MonitorEvidence } from "#server/api/contracts/budget.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

/** The newest of a longer history; a chart has no more pixels. */
const POINTS_MAX = 400;

export interface EvidenceQuery {
  readonly modelId: number;
  readonly from: number;
  readonly to: number;
  readonly feature: string | null;
}

/** What the model's evidence monitors gathered window by window, as they were judged: what the alerts rest on. */
export function monitorEvidence(db: MetaDatabase, query: EvidenceQuery): MonitorEvidence[] {
  const monitors = readMonitors(db, query.modelId).filter(
    ({ enabled, rule }) =>
      enabled && rule.decide === "evidence" && (query.feature === null || rule.feature === query.feature),
  );
  const progress = readProgressOf(
    db,
    monitors.map(({ id }) => id),
  );
  return monitors.map(({ id, name, rule }) => {
    const widthMs = windowWidthMs(rule);
    const points = readSlots(db, id, query.from + 1, query.to + widthMs - 1).flatMap(
      (row): EvidencePoint[] =>
        row.evidence === null
          ? []
          : [
              {
                ...row.evidence,
                from: formatInstant(row.slot - widthMs),
                to: formatInstant(row.slot),
                value: row.value,
                n: row.n,
                version: row.version,
              },
            ],
    );
    const { metric, feature, segment, version, window, op, limit } = rule;
    return {
      ...{ monitorId: id, name, metric, feature, segment, version, window, op, limit },
      state: progress.get(id)?.state ?? "learning",
      points: points.slice(-POINTS_MAX),
    };
  });
}
