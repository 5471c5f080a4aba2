import type { z } from "zod";
import type { RatePoint } from "#server/api/contract.ts";
import type {
  FairnessAnswer,
  FairnessGap,
  FairnessGroup,
  FairnessInput,
} from "#server/api/contracts/fairness.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { badQuery, unknownName } from "#server/metrics/bad-query.ts";
import {
  CALIBRATION_GROUP_BINS,
  type CriterionRule,
  calibrationBinsOf,
  rulesFor,
} from "#server/metrics/fairness/criteria.ts";
import { gapOverTime } from "#server/metrics/fairness/gap-over-time.ts";
import {
  type Blocks,
  type Compared,
  type MeasuredGap,
  measureGap,
} from "#server/metrics/fairness/group-gap.ts";
import { addTallies, type GroupTally, NEGATIVE } from "#server/metrics/fairness/group-tally.ts";
import { holdUp } from "#server/metrics/fairness/hold-up.ts";
import { impactTables } from "#server/metrics/fairness/impact-table.ts";
import { type GroupNumbers, type GroupRows, readGroups } from "#server/metrics/fairness/read-groups.ts";
import { labelMaturity, readCoverage } from "#server/metrics/label-maturity.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type QueryScope, resolveScope, segmentKeys } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { toleranceVerdict } from "#server/stats/fairness/gap-verdict.ts";
import { calibrationGap } from "#server/stats/fairness/group-calibration.ts";
import { GROUP_ROWS_MIN, GROUP_ROWS_SHOWN_MIN, groupStanding } from "#server/stats/fairness/group-size.ts";
import { rateDifference } from "#server/stats/fairness/rate-difference.ts";
import { rateExtremes } from "#server/stats/fairness/rate-ratio.ts";
import { BLOCKS_MIN } from "#server/stats/uncertainty/block-jackknife.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import { OTHER_VALUE } from "#server/windows/layout.ts";
import { DAY_MS, windowStart } from "#server/windows/levels.ts";

type Asked = z.infer<typeof FairnessInput>;

const GROUPS_MAX = 50;
const COVERAGE_TOLERANCE = 0.05;
/** Values by which services say that a group is not known; rows without any value are not known anyway. */
const UNKNOWN = new Set([
  "unknown",
  "missing",
  "not stated",
  "not specified",
  "undisclosed",
  "prefer not to say",
]);

/** Groups of one segment key, compared with a reference group by every criterion that the model's task allows. */
export function queryFairness(source: MetricsSource, input: Asked): FairnessAnswer {
  const scope = resolveScope(source, { ...input, segment: undefined });
  const rules = rulesFor(scope.schema.task);
  const keys = segmentKeys(scope.schema);
  if (input.key !== undefined && !keys.includes(input.key))
    throw unknownName("segment key", input.key, keys, ` of \`${scope.schema.slug}\``);
  const rule = chooseRule(scope, rules, input.criterion);
  refuseThreshold(scope, input.threshold);
  const buckets = chooseBuckets(scope, input.window, 1);
  const key = input.key ?? keys[0] ?? null;
  const nothing = emptyAnswer(scope, { keys, key, rules, rule, window: input.window ?? "all" });
  if (rule === null || key === null || buckets === null) return nothing;
  const read = readGroups(source, scope, buckets, {
    key,
    view: (classes) => ({
      outcome: chooseOutcome(scope, classes, input.outcome) ?? "",
      threshold: input.threshold ?? null,
    }),
  });
  return { ...nothing, ...compare(source, { scope, input, rules, rule, buckets, read, key }) };
}

function chooseRule(
  { schema }: QueryScope,
  rules: readonly CriterionRule[],
  asked: Asked["criterion"],
): CriterionRule | null {
  if (asked === undefined) return rules[0] ?? null;
  const rule = rules.find(({ criterion }) => criterion === asked);
  if (rule !== undefined) return rule;
  throw badQuery(
    "criterion_task",
    "criterion",
    `\`${asked}\` cannot be told of a ${schema.task} model.${rules.length > 0 ? ` There are: ${rules.map(({ criterion }) => criterion).join(", ")}.` : ""}`,
  );
}

function refuseThreshold({ schema }: QueryScope, threshold: number | undefined): void {
  if (threshold === undefined || schema.task === "binary") return;
  throw badQuery("threshold_task", "threshold", "A threshold can be tried on binary models only.");
}

function outcomesOf({ schema }: QueryScope, classes: readonly string[]): string[] {
  if (schema.task === "binary") return ["positive", NEGATIVE];
  return schema.task === "multiclass" ? [...classes] : [];
}

function chooseOutcome(
  scope: QueryScope,
  classes: readonly string[],
  asked: string | undefined,
): string | null {
  const known = outcomesOf(scope, classes);
  if (asked === undefined) return known[0] ?? null;
  if (known.includes(asked)) return asked;
  const list = known.length > 0 ? ` There are: ${known.slice(0, 10).join(", ")}.` : "";
  throw badQuery("unknown_outcome", "outcome", `\`outcome\` must name an outcome of the model.${list}`);
}

function emptyAnswer(
  scope: QueryScope,
  asked: {
    keys: string[];
    key: string | null;
    rules: readonly CriterionRule[];
    rule: CriterionRule | null;
    window: FairnessAnswer["window"];
  },
): FairnessAnswer {
  return {
    model: scope.schema.slug,
    from: null,
    to: null,
    keys: asked.keys,
    key: asked.key,
    criterion: asked.rule?.criterion ?? null,
    criteria: asked.rules.map(({ criterion, needsLabels }) => ({
      criterion,
      needsLabels,
      available: !needsLabels,
    })),
    outcomes: outcomesOf(scope, []),
    outcome: outcomesOf(scope, [])[0] ?? null,
    threshold: null,
    reference: null,
    tolerance: null,
    groups: [],
    omitted: 0,
    unknown: { rows: 0, labels: [] },
    other: 0,
    rows: 0,
    labelled: 0,
    extremes: null,
    baseRatesDiffer: false,
    coverageDiffers: [],
    blocks: null,
    looked: 0,
    window: asked.window,
    overTime: null,
    impact: { selection: [], scoring: null },
  };
}

interface Question {
  readonly scope: QueryScope;
  readonly input: Asked;
  readonly rules: readonly CriterionRule[];
  readonly rule: CriterionRule;
  readonly buckets: Buckets;
  readonly read: GroupRows;
  readonly key: string;
}

function compare(source: MetricsSource, question: Question): Partial<FairnessAnswer> {
  const { scope, input, rules, rule, buckets, read, key } = question;
  const known = read.groups.filter(({ group }) => group !== OTHER_VALUE && !isUnknown(group));
  const outcome = chooseOutcome(scope, read.classes, input.outcome);
  const range = {
    from: formatInstant(buckets.from),
    to: formatInstant(buckets.to),
    window: buckets.window,
    outcomes: outcomesOf(scope, read.classes),
    outcome,
    threshold: input.threshold ?? null,
    rows: read.predictions,
    labelled: read.labelled,
    ...countsApart(read),
    criteria: rules.map(({ criterion, needsLabels }) => ({
      criterion,
      needsLabels,
      available: !needsLabels || read.labelled > 0,
    })),
  };
  const reference = chooseReference(known, input.group, key);
  if (reference === null) return range;
  const { blocks, summary } = blocksOf(known, buckets);
  const compared: Compared = { reference, blocks, outcome: outcome ?? "" };
  const shown = shownGroups(known, [reference.group, input.focus]);
  const usable = rules.filter((one) => !one.needsLabels || read.labelled > 0);
  const measured = shown.flatMap((group) => usable.map((one) => measureGap(one, group, compared)));
  const held = holdUp(measured, reference);
  const groups = shown.map((group) => groupOf(group, measured, held.gaps, { ...compared, total: known }));
  const windows = Math.round((buckets.to - buckets.from) / buckets.widthMs);
  const focus = focusOf(groups, rule, { asked: input.focus, key, windows });
  const focused = known.find(({ group }) => group === focus);
  return {
    ...range,
    reference: { group: reference.group, chosen: input.group === undefined ? "largest" : "asked" },
    tolerance: rule.tolerance(reference),
    groups,
    omitted: known.length - shown.length,
    extremes: extremesOf(shown, rule),
    baseRatesDiffer: shown.some((group) => baseRateDiffers(group, reference)),
    coverageDiffers: coverageDiffers(shown, reference),
    blocks: summary,
    looked: held.looked,
    overTime:
      focused === undefined
        ? null
        : {
            group: focused.group,
            points: gapOverTime({
              rule,
              group: focused,
              reference,
              buckets,
              watermark: scope.data?.lastTs ?? 0,
              isMature: labelMaturity(rule.needsLabels ? readCoverage(source, scope) : []),
            }),
          },
    impact: impactTables(known, { outcome: outcome ?? "", excludeSmall: input.excludeSmall ?? false }),
  };
}

function isUnknown(group: string): boolean {
  return UNKNOWN.has(group.trim().toLowerCase());
}

/** Rows that are in no comparison: without a value, with one that says unknown, or beyond the values kept apart. */
function countsApart({ groups, predictions }: GroupRows): Pick<FairnessAnswer, "unknown" | "other"> {
  const counted = groups.reduce((sum, { whole }) => sum + whole.predictions, 0);
  const named = groups.filter(({ group }) => isUnknown(group));
  const other = groups.find(({ group }) => group === OTHER_VALUE)?.whole.predictions ?? 0;
  return {
    unknown: {
      rows: predictions - counted + named.reduce((sum, { whole }) => sum + whole.predictions, 0),
      labels: named.map(({ group }) => group),
    },
    other,
  };
}

function chooseReference(
  known: readonly GroupNumbers[],
  asked: string | undefined,
  key: string,
): GroupNumbers | null {
  if (asked === undefined) return known[0] ?? null;
  return known.find(({ group }) => group === asked) ?? refuseGroup(known, asked, key);
}

function refuseGroup(known: readonly GroupNumbers[], asked: string, key: string): never {
  throw unknownName(
    "segment",
    asked,
    known.map(({ group }) => group),
    ` of \`${key}\` in this range`,
  );
}

function shownGroups(
  known: readonly GroupNumbers[],
  kept: readonly (string | undefined)[],
): readonly GroupNumbers[] {
  return known.filter(({ group }, index) => index < GROUPS_MAX || kept.includes(group));
}

/** Windows, or days where windows are narrower and there are days enough: rows of one day hang together. */
function blocksOf(
  groups: readonly GroupNumbers[],
  buckets: Buckets,
): { blocks: Blocks; summary: FairnessAnswer["blocks"] } {
  const days = (buckets.to - buckets.from) / DAY_MS;
  const widthMs = buckets.widthMs < DAY_MS && days >= BLOCKS_MIN ? DAY_MS : buckets.widthMs;
  const blocks = new Map<number, Map<string, GroupTally>>();
  for (const { group, buckets: own } of groups) {
    for (const [start, tally] of own) {
      const at = windowStart(start, widthMs);
      const block = blocks.get(at) ?? new Map<string, GroupTally>();
      const before = block.get(group);
      block.set(group, before === undefined ? tally : addTallies([before, tally]));
      blocks.set(at, block);
    }
  }
  const enough = buckets.window !== "all" && blocks.size >= BLOCKS_MIN;
  return { blocks, summary: enough ? { count: blocks.size, days: widthMs / DAY_MS } : null };
}

function groupOf(
  numbers: GroupNumbers,
  measured: readonly MeasuredGap[],
  held: ReadonlyMap<FairnessGap, FairnessGap>,
  { reference, outcome, total }: Compared & { total: readonly GroupNumbers[] },
): FairnessGroup {
  const { whole, group } = numbers;
  const rows = total.reduce((sum, one) => sum + one.whole.predictions, 0);
  const own = measured.filter((one) => one.group === numbers);
  return {
    group,
    isReference: group === reference.group,
    rows: whole.predictions,
    share: rows > 0 ? whole.predictions / rows : 0,
    labelled: whole.labelled,
    coverage: ratePoint(whole.labelled, whole.predictions),
    baseRate: ratePoint(whole.happened, whole.happened + whole.happenedNot),
    calibrationBins: calibrationShown(numbers, outcome),
    gaps: own.map(({ gap }) => held.get(gap) ?? gap),
  };
}

function ratePoint(successes: number, trials: number): RatePoint | null {
  const { value, interval } = shareEstimate({ successes, trials, rows: trials });
  if (value === null || interval === null || trials < GROUP_ROWS_SHOWN_MIN) return null;
  return { value, lo: interval.lo, hi: interval.hi, n: trials };
}

function calibrationShown(group: GroupNumbers, outcome: string): FairnessGroup["calibrationBins"] {
  if (!(group.whole.scored > 0)) return [];
  return calibrationBinsOf(group, outcome).map((bin, index) => {
    const hidden = bin.rows < GROUP_ROWS_SHOWN_MIN;
    const { value, interval } = calibrationGap(bin);
    return {
      from: index / CALIBRATION_GROUP_BINS,
      to: (index + 1) / CALIBRATION_GROUP_BINS,
      n: bin.rows,
      gap: hidden ? null : value,
      ci: hidden ? null : interval,
    };
  });
}

/** The group that was asked for; else one with enough rows a window to be seen, with a verdict, and furthest away. */
function focusOf(
  groups: readonly FairnessGroup[],
  { criterion, isRatio }: CriterionRule,
  { asked, key, windows }: { asked: string | undefined; key: string; windows: number },
): string | null {
  if (asked !== undefined) {
    if (groups.some(({ group }) => group === asked)) return asked;
    throw unknownName(
      "segment",
      asked,
      groups.map(({ group }) => group),
      ` of \`${key}\` in this range`,
    );
  }
  const rank = ({ isReference, gaps }: FairnessGroup): number => {
    const gap = gaps.find((one) => one.criterion === criterion);
    if (isReference || gap === undefined || gap.value === null || gap.verdict === "too-small") return -1;
    const size = Math.abs(isRatio ? Math.log(Math.max(gap.value, 1e-9)) : gap.value);
    const seen = gap.n >= GROUP_ROWS_MIN * windows ? 1e12 : 0;
    return size + seen + (gap.verdict === "below" || gap.verdict === "above" ? 1e9 : 0);
  };
  const [worst] = [...groups].sort((a, b) => rank(b) - rank(a));
  return worst === undefined || rank(worst) < 0 ? null : worst.group;
}

function extremesOf(
  groups: readonly GroupNumbers[],
  { rate, size }: CriterionRule,
): FairnessAnswer["extremes"] {
  if (rate === null) return null;
  const judged = groups.filter((group) => {
    const { rows, events } = size(group, "");
    return groupStanding({ rows, trials: events }) === "judged";
  });
  const found = rateExtremes(judged.map(({ whole }) => rate(whole)));
  if (found === null) return null;
  const { lowest, highest, difference, ratio } = found;
  return { lowest: judged[lowest]?.group ?? "", highest: judged[highest]?.group ?? "", difference, ratio };
}

function baseRateDiffers({ whole }: GroupNumbers, { whole: other }: GroupNumbers): boolean {
  const gap = rateDifference(
    { successes: whole.happened, trials: whole.happened + whole.happenedNot },
    { successes: other.happened, trials: other.happened + other.happenedNot },
  );
  const verdict = toleranceVerdict(gap, 0);
  return verdict === "below" || verdict === "above";
}

function coverageDiffers(groups: readonly GroupNumbers[], { whole: other }: GroupNumbers): string[] {
  return groups.flatMap(({ group, whole }) => {
    const gap = rateDifference(
      { successes: whole.labelled, trials: whole.predictions },
      { successes: other.labelled, trials: other.predictions },
    );
    const verdict = toleranceVerdict(gap, COVERAGE_TOLERANCE);
    return other.labelled > 0 && (verdict === "below" || verdict === "above") ? [group] : [];
  });
}
