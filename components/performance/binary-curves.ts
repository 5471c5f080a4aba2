import { type CurveModel, prepareCurve } from "#components/charts/prepare-curve.ts";
import { fixed, integer, percent, range } from "#components/ui/format.ts";
import type { BinaryCurves } from "#server/api/contract.ts";
import { shareOf } from "./share-interval.ts";
import { type Decisions, precisionRecallPoints, rocPoints, tallyAt, thin } from "./threshold-table.ts";

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
/** Below this a bin's share jumps about. */
const FEW = 10;
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

const REFERENCE = { label: "Reference", colour: "var(--reference)", dashed: true };

type Point = { x: number; y: number };

/** The whole curve lies in it at once: both rates may be off by their half widths, whichever way. */
function rocBand(points: readonly Point[], { basis }: BinaryCurves) {
  const half = basis.rocBand;
  if (half === null) return undefined;
  const moved = (way: 1 | -1) =>
    points.map(({ x, y }) => ({
      x: clamp(x - way * half.falsePositiveRate),
      y: clamp(y + way * half.recall),
    }));
  return { upper: moved(1), lower: moved(-1) };
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));

/** Precision at each threshold by itself, with Wilson's interval of its own calls. */
function precisionBand(points: readonly (Point & { threshold: number })[], { thresholds }: BinaryCurves) {
  const ends = points.map(({ x, threshold }) => {
    const { tp, fp } = tallyAt(thresholds, threshold);
    return { x, ...intervalOf(tp, tp + fp) };
  });
  return { upper: ends.map(({ x, hi }) => ({ x, y: hi })), lower: ends.map(({ x, lo }) => ({ x, y: lo })) };
}

const intervalOf = (count: number, of: number) => {
  const { lo, hi } = shareOf(count, of);
  return { lo, hi };
};

export function rocModel(curves: BinaryCurves, shown: Marks): CurveView {
  const points = thin(rocPoints(curves.thresholds), POINTS_MAX);
  const then = thin(rocPoints(curves.basis.reference?.thresholds ?? []), POINTS_MAX);
  const only = curves.positives === 0 || curves.positives === curves.labelled;
  return {
    sub: only
      ? `all ${integer(curves.labelled)} labels are of one class`
      : `n ${integer(curves.labelled)}; band: holds the whole curve; dotted: chance${dashedReference(curves)}`,
    model: prepareCurve({
      title: "ROC",
      xLabel: "false positive rate",
      yLabel: "recall",
      diagonal: true,
      series: [
        { key: "roc", label: "ROC", colour: LIVE, points: points.map(noted), band: rocBand(points, curves) },
        ...(then.length === 0 ? [] : [{ ...REFERENCE, key: "reference", points: then.map(noted) }]),
      ],
      marks: only ? [] : marks(shown, (one) => ({ x: one.falsePositiveRate.value, y: one.recall.value })),
    }),
  };
}

export function precisionRecallModel(curves: BinaryCurves, shown: Marks): CurveView {
  const points = thin(precisionRecallPoints(curves.thresholds), POINTS_MAX);
  const then = thin(precisionRecallPoints(curves.basis.reference?.thresholds ?? []), POINTS_MAX);
  const base = curves.labelled > 0 ? curves.positives / curves.labelled : 0;
  return {
    sub: `band: each threshold by itself; ${then.length > 0 ? "dashed: reference; level dashes" : "dashed"}: share of positives, ${percent(base)}`,
    model: prepareCurve({
      title: "Precision and recall",
      xLabel: "recall",
      yLabel: "precision",
      series: [
        {
          key: "pr",
          label: "Precision",
          colour: LIVE,
          points: points.map(noted),
          band: precisionBand(points, curves),
        },
        ...(then.length === 0 ? [] : [{ ...REFERENCE, key: "reference", points: then.map(noted) }]),
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

const dashedReference = ({ basis }: BinaryCurves) => (basis.reference === null ? "" : "; dashed: reference");

const noted = (point: { x: number; y: number; threshold: number }) => ({
  x: point.x,
  y: point.y,
  note: Number.isFinite(point.threshold) ? `threshold ${fixed(point.threshold, 3)}` : "nobody called",
});

/** `; ECE 3.1 % (root mean square without noise 2.9 %); intercept 0.12 (…); slope 0.71 (…)` */
function calibrationWords({ basis }: BinaryCurves): string {
  const numbers = basis.calibration;
  if (numbers === null) return "";
  const within = (one: { value: number; lo: number; hi: number } | null, name: string) =>
    one === null
      ? ""
      : `; ${name} ${fixed(one.value, 2)} (${range(one.lo, one.hi, (value) => fixed(value, 2))})`;
  const debiased =
    numbers.debiased === null ? "" : ` (root mean square without noise ${percent(numbers.debiased)})`;
  return `; ECE ${percent(numbers.error.value)}${debiased}${within(numbers.intercept, "intercept")}${within(numbers.slope, "slope")}`;
}

/** Mean score against the share that really happened, each with its interval. */
export function calibrationModel(curves: BinaryCurves): CurveView {
  const bins = curves.calibration.filter((bin) => bin.observed.n > 0);
  const rows = bins.reduce((sum, bin) => sum + bin.observed.n, 0) || 1;
  const score = bins.reduce((sum, bin) => sum + bin.meanProbability * bin.observed.n, 0) / rows;
  const happened = bins.reduce((sum, bin) => sum + bin.observed.value * bin.observed.n, 0) / rows;
  const top = Math.max(0.1, ...bins.flatMap((bin) => [bin.meanProbability, bin.observed.hi]));
  const then = (curves.basis.reference?.calibration ?? []).filter(
    (bin) => bin.observed.n >= FEW && bin.meanProbability <= top && bin.observed.value <= top,
  );
  const edge = Math.min(1, Math.ceil(top * 5) / 5);
  return {
    sub: `mean score ${percent(score)}, happened ${percent(happened)}${calibrationWords(curves)}${dashedReference(curves)}`,
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
        ...(then.length === 0
          ? []
          : [
              {
                ...REFERENCE,
                key: "reference",
                points: then.map((bin) => ({ x: bin.meanProbability, y: bin.observed.value })),
              },
            ]),
      ],
    }),
  };
}
