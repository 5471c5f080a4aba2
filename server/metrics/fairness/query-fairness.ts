import type { z } from "zod";
import type { FairnessAnswer, FairnessInput } from "#server/api/contracts/fairness.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { unknownName } from "#server/metrics/bad-query.ts";
import {
  chooseOutcome,
  chooseReference,
  chooseRule,
  focusOf,
  outcomesOf,
  refuseThreshold,
} from "#server/metrics/fairness/choose-comparison.ts";
import { type CriterionRule, rulesFor } from "#server/metrics/fairness/criteria.ts";
import {
  baseRateDiffers,
  coverageDiffers,
  extremesOf,
  groupOf,
} from "#server/metrics/fairness/describe-groups.ts";
import { gapOverTime } from "#server/metrics/fairness/gap-over-time.ts";
import { type Compared, leaveOneOut, measureGap } from "#server/metrics/fairness/group-gap.ts";
import { holdUp } from "#server/metrics/fairness/hold-up.ts";
import { impactTables } from "#server/metrics/fairness/impact-table.ts";
import { type GroupNumbers, type GroupRows, readGroups } from "#server/metrics/fairness/read-groups.ts";
import { blocksOf } from "#server/metrics/fairness/time-blocks.ts";
import { labelMaturity, readCoverage } from "#server/metrics/label-maturity.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type QueryScope, resolveScope, segmentKeys } from "#server/metrics/query-scope.ts";
import { type Buckets, chooseBuckets } from "#server/metrics/query-window.ts";
import { OTHER_VALUE } from "#server/windows/layout.ts";

type Asked = z.infer<typeof FairnessInput>;

const GROUPS_MAX = 50;
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
  const measured = shown.flatMap((group) => {
    const leftOut = leaveOneOut(group, compared);
    return usable.map((one) => measureGap(one, group, compared, leftOut));
  });
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

function shownGroups(
  known: readonly GroupNumbers[],
  kept: readonly (string | undefined)[],
): readonly GroupNumbers[] {
  return known.filter(({ group }, index) => index < GROUPS_MAX || kept.includes(group));
}
