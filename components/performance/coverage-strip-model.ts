import { integer, percent } from "#components/ui/format.ts";
import { windowText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

export interface CoverageBar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Place and width as fractions of the range, height as a share. */
  readonly left: number;
  readonly width: number;
  readonly share: number;
  /** Labels of this window still arrive. */
  readonly waiting: boolean;
  readonly words: string;
}

/** The share of each window's predictions that has a label, over the axis of the chart above. */
export function coverageBars(
  coverage: readonly MetricPoint[],
  immature: ReadonlySet<string>,
  range: { fromMs: number; toMs: number; zone: string },
): CoverageBar[] {
  const span = range.toMs - range.fromMs || 1;
  return coverage.flatMap((point) => {
    const fromMs = Math.max(range.fromMs, Date.parse(point.from));
    const toMs = Math.min(range.toMs, Date.parse(point.to));
    if (toMs <= fromMs || point.nCur === 0) return [];
    const share = point.value ?? 0;
    const waiting = immature.has(point.from);
    const window = windowText(Date.parse(point.from), Date.parse(point.to), range.zone);
    return [
      {
        fromMs,
        toMs,
        left: (fromMs - range.fromMs) / span,
        width: (toMs - fromMs) / span,
        share,
        waiting,
        words: `${window}: ${percent(share)} of ${integer(point.nCur)} labelled${waiting ? ", labels still arrive" : ""}`,
      },
    ];
  });
}
