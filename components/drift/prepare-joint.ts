import { change, fixed, integer, listed, percent, plural, range } from "#components/ui/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import type { Estimate } from "#server/stats/estimate.ts";

export type JointVerdict = "differs" | "alike" | "low";

/** One way of looking at all features together. */
export interface JointView {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly interval: string;
  readonly verdict: JointVerdict;
  /** What the number means, in this case. */
  readonly reading: string;
  readonly estimate: Estimate;
  /** Where nothing differs. */
  readonly nothing: number;
  readonly domain: readonly [number, number];
}

export interface JointFeature {
  readonly feature: string;
  readonly loss: string;
  readonly interval: string;
  readonly estimate: { readonly value: number; readonly lo: number; readonly hi: number };
}

export interface JointPair {
  readonly key: string;
  readonly features: readonly [string, string];
  readonly from: string;
  readonly to: string;
  readonly difference: string;
  readonly interval: string;
  readonly estimate: Estimate;
  readonly isChanged: boolean;
}

export interface JointModel {
  readonly icon: IconName;
  readonly say: string;
  readonly more: string;
  readonly views: readonly JointView[];
  readonly features: readonly JointFeature[];
  readonly featureDomain: readonly [number, number];
  readonly pairs: readonly JointPair[];
  readonly pairDomain: readonly [number, number];
  readonly pairsSub: string;
  readonly rows: string;
  readonly leftOut: readonly string[];
}

export const VERDICT_WORDS: Record<JointVerdict, string> = {
  differs: "Differs",
  alike: "No difference seen",
  low: "Not enough data",
};

const NAMED_MAX = 3;
/** A feature that gives less than a tenth of what the first gives is not worth a place in the sentence. */
const NAMED_SHARE = 0.1;
/** Less would be written as 0.00. */
const SHOWN_FROM = 0.005;
const CHANCE = 0.5;
const CHANGED_BELOW = 0.05;

/** Everything the panel shows, decided from the answer alone. Null where there is only advice. */
export function prepareJoint(answer: MultivariateAnswer): JointModel | null {
  const { classifier, correlation } = answer;
  if (answer.status !== "OK" || classifier === null) return null;
  const features = classifier.importances
    .filter(({ loss, lo }) => lo > 0 && loss >= SHOWN_FROM)
    .map(
      ({ feature, loss, lo, hi }): JointFeature => ({
        feature,
        loss: fixed(loss, 2),
        interval: range(lo, hi, (value) => fixed(value, 2)),
        estimate: { value: loss, lo, hi },
      }),
    );
  const pairs = (correlation?.pairs ?? []).map(jointPair);
  return {
    icon: isApart(classifier.trees) ? "moved" : "ok",
    say: jointSentence(answer),
    more: jointMore(answer),
    views: jointViews(answer),
    features: isApart(classifier.trees) ? features : [],
    featureDomain: [0, Math.max(0.05, ...features.map(({ estimate }) => estimate.hi))],
    pairs,
    pairDomain: pairEnds(pairs),
    pairsSub:
      correlation === null
        ? ""
        : `${integer(correlation.changed)} of ${plural(correlation.tested, "pair")} changed, at a false discovery rate of 5 %`,
    rows: rowsText(answer),
    leftOut: answer.leftOut.map(({ feature, reason }) => `${feature}: ${reason}`),
  };
}

/** The answer in one sentence: can they be told apart, how well, and by what. */
export function jointSentence({ classifier }: MultivariateAnswer): string {
  if (classifier === null) return "";
  const { trees } = classifier;
  const area = `AUC ${fixed(trees.value ?? CHANCE, 2)}${inBrackets(trees)}`;
  if (!isApart(trees))
    return `A classifier cannot tell this range from the reference: ${area}, where 0.50 is a guess.`;
  const names = namedFeatures(classifier.importances);
  const by = names.length === 0 ? "" : `: mostly by ${listed(names)}`;
  return `A classifier tells this range from the reference with ${area}${by}.`;
}

function namedFeatures(importances: ReadonlyArray<{ feature: string; loss: number; lo: number }>): string[] {
  const first = importances[0]?.loss ?? 0;
  return importances
    .filter(({ loss, lo }) => lo > 0 && loss >= NAMED_SHARE * first)
    .slice(0, NAMED_MAX)
    .map(({ feature }) => feature);
}

/** What kind of difference it is, where two views disagree. */
function jointMore(answer: MultivariateAnswer): string {
  const { classifier, correlation } = answer;
  if (classifier === null) return "";
  const apart = isApart(classifier.trees);
  const [pair] = correlation?.pairs ?? [];
  const changed = correlation?.changed ?? 0;
  if (!apart && changed > 0 && pair !== undefined) {
    return `${plural(changed, "correlation")} changed all the same, most of all ${listed(pair.features)}: look below.`;
  }
  if (!apart) return "None of the views below needs a closer look for its own sake; each has its blind spot.";
  if (!isApart(classifier.logistic)) {
    return `Means alone do not tell them apart (AUC ${fixed(classifier.logistic.value ?? CHANCE, 2)}): what changed is the shape of features, or how they go together.`;
  }
  return "Any difference counts, the season included: it says that rows are different, not that the model is worse.";
}

function jointViews(answer: MultivariateAnswer): JointView[] {
  const { classifier, reconstruction, discrepancy, correlation } = answer;
  const views: JointView[] = [];
  const add = (
    view: Omit<JointView, "verdict" | "interval" | "domain">,
    write: (value: number) => string,
  ) => {
    const { interval } = view.estimate;
    views.push({
      ...view,
      verdict: verdictOf(view.estimate, view.nothing),
      interval: interval === null ? "" : range(interval.lo, interval.hi, write),
      domain: domainOf(view.estimate, view.nothing),
    });
  };
  if (classifier !== null) {
    for (const [key, name, estimate, reading] of [
      [
        "trees",
        "Classifier, boosted trees",
        classifier.trees,
        "held-out AUC; 0.50 is a guess, 1 is never wrong",
      ],
      [
        "logistic",
        "Classifier, logistic",
        classifier.logistic,
        "the same with a linear model: sees shifts of means only",
      ],
    ] as const) {
      add(
        { key, name, estimate, reading, nothing: CHANCE, value: valueText(estimate, twoDigits) },
        twoDigits,
      );
    }
  }
  if (reconstruction !== null) {
    const { difference, current, reference, components, columns } = reconstruction;
    const reading = `mean error ${valueText(current, twoDigits)} sd, reference ${valueText(reference, twoDigits)} sd; ${components} of ${columns} directions kept`;
    const value = valueText(difference, (x) => change(x));
    add(
      {
        key: "reconstruction",
        name: "Reconstruction error",
        estimate: difference,
        reading,
        nothing: 0,
        value,
      },
      twoDigits,
    );
  }
  if (discrepancy !== null) {
    const { squared, p } = discrepancy;
    const test =
      p === null ? "" : `; exact test on 500 rows a side p ${p <= 0.005 ? "≤ 0.005" : `= ${fixed(p, 3)}`}`;
    const reading = `squared distance of the two clouds of rows${test}`;
    add(
      {
        key: "discrepancy",
        name: "Mean discrepancy (MMD²)",
        estimate: squared,
        reading,
        nothing: 0,
        value: valueText(squared, small),
      },
      small,
    );
  }
  if (correlation !== null) {
    const reading = `the largest of ${plural(correlation.tested, "pair")}, allowing for having chosen it`;
    const { largest } = correlation;
    add(
      {
        key: "correlation",
        name: "Largest change of a correlation",
        estimate: largest,
        reading,
        nothing: 0,
        value: valueText(largest, twoDigits),
      },
      twoDigits,
    );
  }
  return views;
}

function jointPair({
  features,
  reference,
  current,
  difference,
  p,
}: NonNullable<MultivariateAnswer["correlation"]>["pairs"][number]): JointPair {
  const { interval } = difference;
  return {
    key: features.join(" and "),
    features,
    from: fixed(reference, 2),
    to: fixed(current, 2),
    difference: change(difference.value ?? 0),
    interval: interval === null ? "" : range(interval.lo, interval.hi, twoDigits),
    estimate: difference,
    isChanged: p < CHANGED_BELOW,
  };
}

function pairEnds(pairs: readonly JointPair[]): [number, number] {
  const far = Math.max(
    0.1,
    ...pairs.flatMap(({ estimate: { interval } }) => [-(interval?.lo ?? 0), interval?.hi ?? 0]),
  );
  return [-far, far];
}

/** Apart: the interval leaves out the place where nothing differs, on the side that difference lies on. */
function verdictOf({ value, interval, status }: Estimate, nothing: number): JointVerdict {
  if (value === null || interval === null || status === "LOW_N") return "low";
  return interval.lo > nothing || (nothing === 0 && interval.hi < 0) ? "differs" : "alike";
}

function isApart(estimate: Estimate): boolean {
  return verdictOf(estimate, CHANCE) === "differs";
}

function domainOf({ value, interval }: Estimate, nothing: number): [number, number] {
  if (nothing === CHANCE) return [0.4, 1];
  const far = Math.max(...[value ?? 0, interval?.lo ?? 0, interval?.hi ?? 0].map(Math.abs), 1e-6) * 1.15;
  return [-far, far];
}

function rowsText({ rows }: MultivariateAnswer): string {
  const side = (taken: number, of: number) =>
    taken === of ? `all ${integer(of)}` : `${integer(taken)} drawn from ${integer(of)}`;
  return `${side(rows.current, rows.ofCurrent)} rows here, ${side(rows.reference, rows.ofReference)} of the reference`;
}

const twoDigits = (value: number) => fixed(value, 2);
const small = (value: number) => fixed(value, 4);

function valueText({ value }: Estimate, write: (value: number) => string): string {
  return value === null ? "–" : write(value);
}

function inBrackets({ interval }: Estimate): string {
  return interval === null ? "" : ` (${range(interval.lo, interval.hi, twoDigits)})`;
}

/** How much was kept: for the help text. */
export function keptText(answer: MultivariateAnswer): string {
  return percent(answer.reconstruction?.share ?? 0, 0);
}
