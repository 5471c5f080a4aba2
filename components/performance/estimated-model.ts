import type { SeriesInput } from "#components/charts/prepare-time-series.ts";
import { integer, plural } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { windowText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";
import type { EstimatePoint, EstimatesAnswer } from "#server/api/contracts/estimates.ts";

const REALISED = "realised, from labels";

/** Realised and estimated as two lines of one chart; windows whose labels still come show their estimate only. */
export function estimatedSeries(answer: EstimatesAnswer): SeriesInput[] {
  const realised = answer.points.map((point) => realisedPoint(answer.metric, point));
  const estimated = answer.points.map((point) => estimatedPoint(answer.metric, point));
  const label = answer.scorecard?.isStruckOut ? "estimated, struck out" : "estimated, without labels";
  return [
    { key: "realised", label: REALISED, role: "live", points: realised },
    {
      key: "estimate",
      label,
      role: "estimate",
      points: estimated,
      outer: answer.points.map(({ concept }) => concept),
    },
  ];
}

function basePoint(metric: string, { from, to, version }: EstimatePoint) {
  return { from, to, version, metric, feature: null, segment: null, nRef: null, revision: 0, refId: null };
}

function realisedPoint(metric: string, point: EstimatePoint): MetricPoint {
  const { value, ci, status, labelled } = point.realised;
  const isShown = status !== "IMMATURE";
  return {
    ...basePoint(metric, point),
    value: isShown ? value : null,
    ci: isShown ? ci : null,
    nCur: labelled,
    status,
    method: metric,
  };
}

function estimatedPoint(metric: string, point: EstimatePoint): MetricPoint {
  const { value, ci, status, predictions } = point;
  return { ...basePoint(metric, point), value, ci, nCur: predictions, status, method: "estimate" };
}

/** `AUC is estimated at 0.78 (0.76–0.80) for 26 Oct – 1 Nov, without labels. …` */
export function estimateSentence(answer: EstimatesAnswer, zone: string): string | null {
  const last = answer.points.findLast((point) => point.value !== null);
  if (last === undefined) return null;
  const { metric } = answer;
  const when = windowText(Date.parse(last.from), Date.parse(last.to), zone);
  const value = metricValue(metric, last.value, "sentence");
  const interval = metricInterval(metric, last.ci, "sentence");
  const concept = metricInterval(metric, last.concept, "sentence");
  const moved = concept === "" ? "" : ` If the concept moved as much as it has before: ${concept}.`;
  return `${metricShort(metric)} is estimated at ${value} (${interval}) for ${when}, without labels.${moved}`;
}

/** `Over the last 30 judged windows the estimate was off by 0.012 on average and its band held the truth 27 of 30 times.` */
export function scorecardSentence(answer: EstimatesAnswer): string {
  const score = answer.scorecard;
  if (score === null) {
    return answer.window === "all"
      ? "Choose a window, such as a week, to see how the estimate has done."
      : "No window has both an estimate and all its labels yet, so nobody knows how good the estimate is.";
  }
  const off = metricValue(answer.metric, score.meanAbsoluteError);
  const held = `${integer(score.held)} of ${integer(score.windows)} times`;
  const windows =
    score.windows === 1 ? "the one judged window" : `the last ${integer(score.windows)} judged windows`;
  return `Over ${windows} the estimate was off by ${off} on average${biasWords(score)} and its band held the truth ${held}.`;
}

function biasWords({
  meanError,
  meanAbsoluteError,
}: {
  meanError: number;
  meanAbsoluteError: number;
}): string {
  if (Math.abs(meanError) < meanAbsoluteError / 2) return "";
  return meanError > 0 ? ", mostly too high," : ", mostly too low,";
}

/** Why an estimate is not to be believed; null while it may be. */
export function struckOutSentence({ scorecard }: EstimatesAnswer): string | null {
  if (scorecard === null || !scorecard.isStruckOut) return null;
  const missed = scorecard.windows - scorecard.held;
  return `Estimate switched off: it missed ${integer(missed)} of the last ${plural(scorecard.windows, "window")}. What was learnt from the reference no longer holds, or rows hang together.`;
}

/** What the concept band is made of. */
export function movementSentence({ movement, points }: EstimatesAnswer): string | null {
  if (movement === null || points.every(({ concept }) => concept === null)) return null;
  const source =
    movement.windows === 0
      ? "too little labelled history: a tenth of the odds is assumed"
      : `${integer(movement.windows)} changes between labelled windows of this version`;
  return `The lighter band: the concept moves as much as in 97.5 % of what was seen (${source}).`;
}
