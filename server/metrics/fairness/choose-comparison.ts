import type { z } from "zod";
import type { FairnessGroup, FairnessInput } from "#server/api/contracts/fairness.ts";
import { badQuery, unknownName } from "#server/metrics/bad-query.ts";
import type { CriterionRule } from "#server/metrics/fairness/criteria.ts";
import { NEGATIVE } from "#server/metrics/fairness/group-tally.ts";
import type { GroupNumbers } from "#server/metrics/fairness/read-groups.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { GROUP_ROWS_MIN } from "#server/stats/fairness/group-size.ts";

type Asked = z.infer<typeof FairnessInput>;

export function chooseRule(
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

export function refuseThreshold({ schema }: QueryScope, threshold: number | undefined): void {
  if (threshold === undefined || schema.task === "binary") return;
  throw badQuery("threshold_task", "threshold", "A threshold can be tried on binary models only.");
}

export function outcomesOf({ schema }: QueryScope, classes: readonly string[]): string[] {
  if (schema.task === "binary") return ["positive", NEGATIVE];
  return schema.task === "multiclass" ? [...classes] : [];
}

export function chooseOutcome(
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

export function chooseReference(
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

/** The group that was asked for; else one with enough rows a window to be seen, with a verdict, and furthest away. */
export function focusOf(
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
