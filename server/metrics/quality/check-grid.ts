import { CHECK_LETTERS, type CheckRow, type QualityCheck } from "#server/api/contracts/quality.ts";
import { type CheckRule, countBad } from "#server/metrics/quality/check-rules.ts";
import { type CheckCell, joinCells, judgeCheck } from "#server/metrics/quality/judge-check.ts";
import {
  pairKey,
  type QualityBucket,
  type QualityPart,
  type QualityReading,
  type VersionRules,
} from "#server/metrics/quality/read-quality.ts";

/** A row of the grid, with the rule that each window was judged by. */
export interface JudgedRow {
  readonly row: CheckRow;
  readonly cells: readonly CheckCell[];
  /** By window; null where no row was judged. */
  readonly limits: readonly (number | null)[];
}

export interface CheckGrid {
  readonly rows: readonly JudgedRow[];
  /** Pairs without one bad row in the whole range. */
  readonly clean: number;
}

/** Feature × check through time. A pair that never had a bad row is counted, not listed. */
export function checkGrid(reading: QualityReading, closedTo: number): CheckGrid {
  const shown = reading.versions.at(-1);
  if (shown === undefined) return { rows: [], clean: 0 };
  const rows: JudgedRow[] = [];
  let clean = 0;
  shown.layout.features.forEach(({ name }, index) => {
    for (const rule of shown.rules[index] ?? []) {
      const judged = judgeRow(reading.buckets, name, { rule, closedTo });
      if (judged.cells.some(({ bad }) => bad > 0)) rows.push(judged);
      else clean += 1;
    }
  });
  return { rows, clean };
}

function judgeRow(
  buckets: readonly QualityBucket[],
  feature: string,
  { rule: shown, closedTo }: { rule: CheckRule; closedTo: number },
): JudgedRow {
  const judged = buckets.map(({ end, parts }) =>
    parts.map((part) => judgePart(part, feature, { check: shown.check, open: end > closedTo })),
  );
  const { baseline, limit, check } = shown;
  const rate = baseline === null ? null : baseline.successes / baseline.trials;
  const cells = judged.map((parts) => joinCells(parts.map(({ cell }) => cell)));
  return {
    row: {
      feature,
      check,
      reference: rate === null ? null : { rate, n: baseline?.trials ?? 0 },
      limit,
      states: cells.map(({ state }) => CHECK_LETTERS[state]).join(""),
      bad: cells.map(({ bad }) => bad),
      n: cells.map(({ n }) => n),
    },
    cells,
    limits: judged.map((parts) =>
      largest(parts.flatMap((part) => (part.limit === null ? [] : [part.limit]))),
    ),
  };
}

const NOTHING: { cell: CheckCell; limit: null } = {
  cell: { state: "none", bad: 0, n: 0, spells: 0 },
  limit: null,
};

function judgePart(
  { of, counts, spells: spellsOf }: QualityPart,
  feature: string,
  { check, open }: { check: QualityCheck; open: boolean },
): { cell: CheckCell; limit: number | null } {
  const index = featureIndex(of, feature);
  const own = counts.features[index];
  const rule = of.rules[index]?.find((one) => one.check === check);
  if (own === undefined || rule === undefined) return NOTHING;
  const { bad, n } = countBad(check, own, counts.comparable);
  const spells = spellsOf.get(pairKey(feature, check)) ?? 0;
  const { limit } = rule;
  return { cell: { state: judgeCheck({ check, bad, n, spells, limit, open }), bad, n, spells }, limit };
}

const indexes = new WeakMap<VersionRules, Map<string, number>>();

function featureIndex(of: VersionRules, feature: string): number {
  let known = indexes.get(of);
  if (known === undefined) {
    known = new Map(of.layout.features.map(({ name }, index) => [name, index]));
    indexes.set(of, known);
  }
  return known.get(feature) ?? -1;
}

function largest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.max(...numbers);
}
