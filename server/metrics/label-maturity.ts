import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";

import { versionSpans } from "#server/metrics/version-spans.ts";
import { median } from "#server/stats/quality/robust-z.ts";
import { DAY_MS, windowLevels, windowStart, windowStartAfter } from "#server/windows/levels.ts";

/** Label coverage of past windows, oldest first. */
export interface CoverageWindow {
  readonly end: number;
  readonly predictions: number;
  readonly labelled: number;
}

const MATURE_FROM = 0.8;
const PREDICTIONS_MIN = 30;
const WINDOWS_MIN = 8;
const WINDOWS_MAX = 60;

/** Whether labels of a window are still arriving. */
export type Maturity = (window: { end: number; predictions: number; labelled: number }) => boolean;

export const ALWAYS_MATURE: Maturity = () => true;

/**
 * A window is immature when fewer of its predictions have labels than is usual in the end, and no later window has
 * got that far yet. What is usual: the median coverage over the older half of the history. A window that stays below
 * while later ones fill up has lost its labels; it will not ripen, and is not called immature.
 */
export function labelMaturity(history: readonly CoverageWindow[]): Maturity {
  const solid = history.filter((window) => window.predictions >= PREDICTIONS_MIN);
  if (solid.length < WINDOWS_MIN) return ALWAYS_MATURE;
  const usual = median(solid.slice(0, Math.floor(solid.length / 2)).map(coverage));
  const enough = MATURE_FROM * usual;
  const ripeUntil = solid.reduce((end, window) => (coverage(window) >= enough ? window.end : end), 0);
  return (window) => coverage(window) >= enough || window.end <= ripeUntil;
}

function coverage({ predictions, labelled }: { predictions: number; labelled: number }): number {
  return predictions > 0 ? labelled / predictions : 0;
}

/** The newest windows of a scope, in days where there are enough of them. Counts alone are looked at, nothing is decoded. */
export function readCoverage(source: MetricsSource, { schema, version, data }: QueryScope): CoverageWindow[] {
  if (data === null) return [];
  const levels = [...windowLevels(schema.windowMs)].sort((a, b) => b - a);
  const enough = levels.find((level) => (data.lastTs - data.firstTs) / level >= WINDOWS_MIN);
  const levelMs = enough ?? levels.at(-1) ?? DAY_MS;
  const to = windowStartAfter(data.lastTs + 1, levelMs);
  const from = Math.max(windowStart(data.firstTs, levelMs), to - WINDOWS_MAX * levelMs);
  const byStart = new Map<number, { predictions: number; labelled: number }>();
  for (const { versions, ...span } of versionSpans(source, schema, version, { from, to })) {
    const range = { from: windowStart(span.from, levelMs), to: span.to };
    const query = { modelId: schema.modelId, versions, levelMs, ...range };
    for (const { start, predictions, labelled } of source.windowCounts(query)) {
      const sum = byStart.get(start) ?? { predictions: 0, labelled: 0 };
      byStart.set(start, {
        predictions: sum.predictions + predictions,
        labelled: sum.labelled + labelled,
      });
    }
  }
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([start, counts]) => ({ end: start + levelMs, ...counts }));
}
