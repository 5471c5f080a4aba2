import { type CurveModel, prepareCurve } from "#components/charts/prepare-curve.ts";
import { fixed, integer, percent, range } from "#components/ui/format.ts";
import type { BinaryCurves } from "#server/api/contract.ts";
import { type Decisions, precisionRecallPoints, rocPoints, thin } from "./threshold-table.ts";

export interface CurveView {
  readonly model: CurveModel;
  readonly sub: string;
}
interface Marks {
  readonly now: Decisions;
  readonly before: Decisions;
  readonly moved: boolean;
  readonly tried: number;
  readonly deployed: number;
}

const POINTS_MAX = 200;
const LIVE = "var(--s1)";

/** The deployed threshold is a ring, the tried one a dot. */
function marks(
  shown: Marks,
  place: (decisions: Decisions) => { x: number | null; y: number | null },
): CurveModel["marks"] {
  const mark = (decisions: Decisions, label: string, hollow: boolean) => {
    const { x, y } = place(decisions);
    return x === null || y === null ? [] : [{ x, y, label, hollow }];
  };
  return [
    ...mark(shown.before, `deployed ${fixed(shown.deployed, 2)}`, true),
    ...(shown.moved ? mark(shown.now, `tried ${fixed(shown.tried, 2)}`, false) : []),
  ];
}

export function rocModel(curves: BinaryCurves, shown: Marks): CurveView {
  const points = thin(rocPoints(curves.thresholds), POINTS_MAX);
  const only = curves.positives === 0 || curves.positives === curves.labelled;
  return {
    sub: only
      ? `all ${integer(curves.labelled)} labels are of one class`
      : `n ${integer(curves.labelled)}; dotted: chance`,
    model: prepareCurve({
      title: "ROC",
      xLabel: "false positive rate",
      yLabel: "recall",
      diagonal: true,
      series: [{ key: "roc", label: "ROC", colour: LIVE, points: points.map(noted) }],
      marks: only ? [] : marks(shown, (one) => ({ x: one.falsePositiveRate.value, y: one.recall.value })),
    }),
  };
}

export function precisionRecallModel(curves: BinaryCurves, shown: Marks): CurveView {
  const points = thin(precisionRecallPoints(curves.thresholds), POINTS_MAX);
  const base = curves.labelled > 0 ? curves.positives / curves.labelled : 0;
  return {
    sub: `dashed: share of positives, ${percent(base)}`,
    model: prepareCurve({
      title: "Precision and recall",
      xLabel: "recall",
      yLabel: "precision",
      series: [
        { key: "pr", label: "Precision", colour: LIVE, points: points.map(noted) },
        {
          key: "base",
          label: "Share of positives",
          colour: "var(--reference)",
          dashed: true,
          points: [
            { x: 0, y: base },
            { x: 1, y: base },
          ],
        },
      ],
      marks: marks(shown, (one) => ({ x: one.recall.value, y: one.precision.value })),
    }),
  };
}

const noted = (point: { x: number; y: number; threshold: number }) => ({
  x: point.x,
  y: point.y,
  note: Number.isFinite(point.threshold) ? `threshold ${fixed(point.threshold, 3)}` : "nobody called",
});

/** Mean score against the share that really happened, each with its interval. */
export function calibrationModel(curves: BinaryCurves): CurveView {
  const bins = curves.calibration.filter((bin) => bin.observed.n > 0);
  const rows = bins.reduce((sum, bin) => sum + bin.observed.n, 0) || 1;
  const score = bins.reduce((sum, bin) => sum + bin.meanProbability * bin.observed.n, 0) / rows;
  const happened = bins.reduce((sum, bin) => sum + bin.observed.value * bin.observed.n, 0) / rows;
  const top = Math.max(0.1, ...bins.flatMap((bin) => [bin.meanProbability, bin.observed.hi]));
  const edge = Math.min(1, Math.ceil(top * 5) / 5);
  return {
    sub: `mean score ${percent(score)}, happened ${percent(happened)}`,
    model: prepareCurve({
      title: "Calibration",
      xLabel: "score",
      yLabel: "share that happened",
      domainX: [0, edge],
      domainY: [0, edge],
      diagonal: true,
      series: [
        {
          key: "bins",
          label: "Observed",
          colour: LIVE,
          dots: true,
          points: bins.map((bin) => ({
            x: bin.meanProbability,
            y: bin.observed.value,
            lo: bin.observed.lo,
            hi: bin.observed.hi,
            note: `scores ${range(bin.from, bin.to, (value) => fixed(value, 2))}, n ${integer(bin.observed.n)}`,
          })),
        },
      ],
    }),
  };
}
