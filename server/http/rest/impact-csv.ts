import type { FairnessAnswer, ImpactCategory } from "#server/api/contracts/fairness.ts";
import { type CsvCell, toCsv } from "#server/http/rest/to-csv.ts";

const HEADER = [
  "model",
  "from",
  "to",
  "attribute",
  "outcome",
  "table",
  "category",
  "n",
  "share",
  "rate",
  "impact_ratio",
  "interval_low",
  "interval_high",
  "note",
];

/**
 * The tables of New York City's Local Law 144 as a file: selection rates, then scoring rates where there are scores.
 * Rows of unknown category come last, counted and in no ratio.
 */
export function impactCsv(answer: FairnessAnswer): string {
  const { selection, scoring } = answer.impact;
  return toCsv([
    HEADER,
    ...selection.map((row) => line(answer, "selection", row)),
    ...(scoring ?? []).map((row) => line(answer, "scoring", row)),
    [...start(answer, "selection"), "(unknown)", answer.unknown.rows, ...NOTHING, "in no ratio"],
    [...start(answer, "selection"), "(beyond 200 values)", answer.other, ...NOTHING, "in no ratio"],
  ]);
}

const NOTHING: CsvCell[] = [null, null, null, null, null];

function start({ model, from, to, key, outcome }: FairnessAnswer, table: string): CsvCell[] {
  return [model, from, to, key, outcome, table];
}

function line(answer: FairnessAnswer, table: string, row: ImpactCategory): CsvCell[] {
  const numbers = [row.n, row.share, row.rate, row.impactRatio, row.ci?.lo, row.ci?.hi];
  return [...start(answer, table), row.group, ...numbers, noteOf(row)];
}

function noteOf({ rate, isHighest, excluded, isSmall, impactRatio }: ImpactCategory): string {
  const notes = [
    rate === null ? "fewer than 30 rows, rate not shown" : "",
    isHighest ? "highest rate" : "",
    excluded ? "under 2 % of the rows, left out of the ratios" : "",
    isSmall && rate !== null ? "fewer than 100 rows" : "",
    impactRatio !== null && impactRatio < 0.8 ? "under four fifths (EEOC guide, not Local Law 144)" : "",
  ];
  return notes.filter((note) => note !== "").join("; ");
}
