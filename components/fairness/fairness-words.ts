import { CRITERION_WORDS, type CriterionWords } from "#components/fairness/criterion-words.ts";
import {
  change,
  fixed,
  integer,
  listed,
  NOTHING,
  percent,
  plural,
  quantity,
  range,
} from "#components/ui/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type {
  FairnessAnswer,
  FairnessCriterion,
  FairnessGap,
  FairnessGroup,
} from "#server/api/contracts/fairness.ts";

export type Unit = CriterionWords["unit"];

/** A gap as people say it: ratios as they are, shares in percentage points. */
export function gapText(unit: Unit, value: number | null): string {
  if (value === null) return NOTHING;
  if (unit === "ratio") return fixed(value, 2);
  if (unit === "points") return change(100 * value, 1);
  return unit === "score" ? change(value, 3) : change(value, 2);
}

export function gapInterval(unit: Unit, ci: FairnessGap["ci"]): string {
  if (ci === null) return "";
  const write = (end: number): string => gapText(unit, end);
  // Signs on both ends: a dash between them would be read as one more.
  return unit === "ratio" ? range(ci.lo, ci.hi, write) : `${write(ci.lo)} to ${write(ci.hi)}`;
}

/** The group's own rate, in its own unit; a calibration gap has no other. */
export function ownText(unit: Unit, own: number | null): string {
  if (own === null) return NOTHING;
  if (unit === "label") return quantity(own);
  return unit === "score" ? fixed(own, 3) : percent(own);
}

export const UNIT_WORDS: Record<Unit, string> = {
  ratio: "ratio",
  points: "percentage points",
  score: "difference",
  label: "in the label's unit",
};

export interface VerdictWords {
  readonly icon: IconName;
  readonly text: string;
}

/** Shape and words of a verdict. There is none for “fair”: the best that data can say is that no gap was found. */
export function verdictWords(gap: FairnessGap): VerdictWords {
  const { verdict, criterion, standing } = gap;
  if (verdict === "reference") return { icon: "reference", text: "reference group" };
  if (verdict === "within") return { icon: "hollow", text: "within tolerance" };
  if (verdict === "too-small") {
    const text = standing === "hidden" ? "under 30 rows: not shown" : "too small to judge";
    return { icon: "nodata", text };
  }
  if (verdict === "inconclusive") return { icon: "low", text: inconclusive(gap) };
  return { icon: "ticket", text: supported(criterion, verdict) };
}

function inconclusive({ rowsNeeded }: FairnessGap): string {
  if (rowsNeeded === null) return "inconclusive, and more rows of this group alone would not settle it";
  return `inconclusive: needs about ${integer(rounded(rowsNeeded))} more ${rowsNeeded === 1 ? "row" : "rows"}`;
}

/** Two digits: a plan is not more exact than that. */
function rounded(rows: number): number {
  return rows < 100 ? rows : Number(rows.toPrecision(2));
}

function supported(criterion: FairnessCriterion, verdict: "below" | "above"): string {
  if (criterion === "selection_ratio")
    return verdict === "below"
      ? "adverse impact, statistically supported"
      : "selected more often, statistically supported";
  if (criterion === "equalized_odds") return "gap, statistically supported";
  if (criterion === "calibration")
    return verdict === "below" ? "promised too much, supported" : "promised too little, supported";
  return `${verdict === "below" ? "lower" : "higher"}, statistically supported`;
}

export function gapOf(group: FairnessGroup, criterion: FairnessCriterion): FairnessGap | null {
  return group.gaps.find((gap) => gap.criterion === criterion) ?? null;
}

/** Groups with a verdict, furthest below first; then those that are too small, largest first. */
export function splitGroups(answer: FairnessAnswer): { judged: FairnessGroup[]; small: FairnessGroup[] } {
  const { criterion } = answer;
  if (criterion === null) return { judged: [], small: [] };
  const isJudged = (group: FairnessGroup): boolean => {
    const verdict = gapOf(group, criterion)?.verdict;
    return verdict !== undefined && verdict !== "too-small";
  };
  const place = (group: FairnessGroup): number =>
    gapOf(group, criterion)?.value ?? (CRITERION_WORDS[criterion].unit === "ratio" ? 1 : 0);
  return {
    judged: answer.groups.filter(isJudged).sort((a, b) => place(a) - place(b)),
    small: answer.groups.filter((group) => !isJudged(group)),
  };
}

/** “Selection rate for AA is 0.71 of UA's (95 % CI 0.62–0.80): adverse impact, statistically supported.” */
export function fairnessSentence(answer: FairnessAnswer): string {
  const { criterion, reference } = answer;
  if (criterion === null || reference === null) return "No group can be compared in this range.";
  const { judged, small } = splitGroups(answer);
  const gaps = judged.flatMap((group) => {
    const gap = gapOf(group, criterion);
    return gap === null || gap.verdict === "reference" ? [] : [{ group: group.group, gap }];
  });
  const words = CRITERION_WORDS[criterion];
  if (gaps.length === 0)
    return `No group is large enough to judge its ${words.what} (${plural(small.length, "group")}, each needs 100 rows and ten cases).`;
  const flagged = gaps.filter(({ gap }) => gap.verdict === "below" || gap.verdict === "above");
  const worst = worstOf(criterion, flagged);
  if (worst === null) {
    const open = gaps.filter(({ gap }) => gap.verdict === "inconclusive").length;
    if (open > 0)
      return `No gap in ${words.what} is supported by this data, but ${integer(open)} of ${plural(gaps.length, "group")} ${open === 1 ? "is" : "are"} inconclusive.`;
    return `No gap in ${words.what} found with this data: ${gaps.length === 1 ? "one group" : `all ${integer(gaps.length)} groups`} within tolerance.`;
  }
  return `${capital(gapSentence(criterion, worst.group, worst.gap, reference.group))}: ${verdictWords(worst.gap).text}.`;
}

/** Which side is the harm, where one is: it comes first. */
function harmOf(criterion: FairnessCriterion): "below" | "above" | null {
  if (criterion === "absolute_error") return "above";
  return criterion === "mean_error" || criterion === "calibration" ? null : "below";
}

function worstOf<T extends { gap: FairnessGap }>(
  criterion: FairnessCriterion,
  flagged: readonly T[],
): T | null {
  const size = ({ gap: { value, verdict } }: T): number => {
    const distance = Math.abs(criterion === "selection_ratio" ? Math.log(value || 1e-9) : (value ?? 0));
    return distance + (verdict === harmOf(criterion) ? 1e6 : 0);
  };
  return [...flagged].sort((a, b) => size(b) - size(a))[0] ?? null;
}

export function gapSentence(
  criterion: FairnessCriterion,
  group: string,
  gap: FairnessGap,
  reference: string,
): string {
  const { what, unit } = CRITERION_WORDS[criterion];
  const interval = gap.ci === null ? "" : ` (95 % CI ${gapInterval(unit, gap.ci)})`;
  const value = gap.value ?? 0;
  if (unit === "ratio") return `${what} for ${group} is ${gapText(unit, value)} of ${reference}’s${interval}`;
  if (criterion === "calibration")
    return `what happens in ${group} differs from what is promised by ${gapText(unit, value)} points${interval}`;
  if (criterion === "equalized_odds")
    return `${what} for ${group} differ from ${reference}’s by up to ${fixed(100 * value, 1)} points${interval}`;
  const size =
    unit === "points"
      ? `${fixed(100 * Math.abs(value), 1)} points`
      : fixed(Math.abs(value), unit === "score" ? 3 : 2);
  return `${what} for ${group} is ${size} ${value < 0 ? "below" : "above"} ${reference}’s${interval}`;
}

/** What stands beside the sentence: how many groups say what, and who is in no comparison. */
export function fairnessCounts(answer: FairnessAnswer): string {
  const { criterion } = answer;
  if (criterion === null) return "";
  const { judged, small } = splitGroups(answer);
  const count = (verdicts: readonly string[]): number =>
    judged.filter((group) => verdicts.includes(gapOf(group, criterion)?.verdict ?? "")).length;
  const parts = [
    `${plural(count(["below", "above"]), "supported gap")}`,
    `${integer(count(["inconclusive"]))} inconclusive`,
    `${integer(count(["within"]))} within tolerance`,
    `${integer(small.length)} too small to judge`,
  ];
  const { unknown, other, rows, omitted } = answer;
  const apart = [
    `${integer(unknown.rows)} of ${plural(rows, "row")} are of unknown group`,
    ...(other > 0 ? [`${integer(other)} are beyond the 200 values that are kept apart`] : []),
  ];
  const more = omitted > 0 ? ` The ${integer(omitted)} smallest groups are not listed.` : "";
  return `${listed(parts)}. ${listed(apart)}: they are in no comparison.${more}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why the numbers may mislead, each with the groups it is about. */
export function cautions(answer: FairnessAnswer): string[] {
  const needsLabels = answer.criteria.some(
    ({ criterion, needsLabels: needs }) => needs && criterion === answer.criterion,
  );
  const coverage =
    needsLabels && answer.coverageDiffers.length > 0
      ? [
          `Labels have come for a different share of ${listed(answer.coverageDiffers.slice(0, 6))} than of ${answer.reference?.group ?? ""}. Early labels are no fair sample: a gap here may be one in who reports when.`,
        ]
      : [];
  const blocks =
    answer.blocks === null
      ? ["Fewer than ten days or windows: intervals take rows as independent, and may be too narrow."]
      : [];
  return [...coverage, ...blocks];
}
