import { gapText, metricName, metricWord, valueText } from "#components/segments/segment-metrics.ts";
import { percent, range } from "#components/ui/format.ts";
import type { SegmentChange, SegmentTable, SegmentTableRow } from "#server/api/contracts/segments.ts";

/** From so many comparisons on, one at 95 % is expected every now and then. */
const MANY = 8;

export interface SegmentsAnswer {
  readonly icon: "ticket" | "ok" | "low" | "nodata" | "info";
  readonly say: string;
}

/** Who is affected, in one sentence; a segment is named only where its gap is clear of zero. */
export function segmentsAnswer(table: SegmentTable, change: SegmentChange | null): SegmentsAnswer {
  const { key, metric, rows } = table;
  if (rows.length === 0) return { icon: "nodata", say: "No rows in this range." };
  const judged = rows.filter((row) => !row.small && row.point.value !== null);
  if (judged.length === 0) {
    return { icon: "low", say: `No ${key} has enough rows to judge ${metricWord(metric)} by.` };
  }
  const [worst] = judged;
  if (worst !== undefined && (worst.stands === "worse" || worst.stands === "differs")) {
    return { icon: worst.stands === "worse" ? "ticket" : "info", say: worstSentence(table, worst, change) };
  }
  if (table.noGap !== null) return { icon: "info", say: `${metricName(metric)} by ${key}, largest first.` };
  return {
    icon: "ok",
    say: `No ${key} is clearly ${worstWord(judged)} than the rest in ${metricWord(metric)}.`,
  };
}

function worstWord(rows: readonly SegmentTableRow[]): string {
  return rows.some((row) => row.stands === "worse" || row.stands === "better" || row.stands === "alike")
    ? "worse"
    : "other";
}

function worstSentence(table: SegmentTable, row: SegmentTableRow, change: SegmentChange | null): string {
  const { key, metric } = table;
  const { value, ci } = row.point;
  const interval = ci === null ? "" : ` (${range(ci.lo, ci.hi, (one) => valueText(metric, one))})`;
  const rest = row.gap === null || value === null ? null : value - row.gap.value;
  const against = rest === null ? "" : ` against ${valueText(metric, rest)} for the rest`;
  const stands = row.stands === "worse" ? "is worst" : "differs most";
  const share = `it is ${percent(row.share, 0)} of traffic${partOfChange(row, change)}`;
  const unripe = row.point.status === "IMMATURE" ? " Its labels are still arriving." : "";
  return `${key} ${row.value} ${stands}: ${metricName(metric)} ${valueText(metric, value)}${interval}${against}; ${share}.${unripe}`;
}

/** “and 72 % of the drop”: only where the change itself is clear, and the segment went along with it. */
function partOfChange(row: SegmentTableRow, change: SegmentChange | null): string {
  const whole = change?.change;
  const part = change?.parts.find((one) => one.value === row.value)?.total;
  if (whole?.ci == null || part == null || change === null) return "";
  const isClear = whole.ci.lo > 0 || whole.ci.hi < 0;
  const ratio = part.value / whole.value;
  if (!isClear || change.mix === null || !(ratio > 0 && ratio <= 1)) return "";
  return ` and ${percent(ratio, 0)} of the ${whole.value > 0 ? "rise" : "drop"}`;
}

/** What a gap is, and what looking at many of them costs. */
export function answerNote({ key, metric, rows }: SegmentTable): string {
  const gap = `A gap is ${metricWord(metric)} here less all other rows together; it counts where its 95 % interval leaves out zero.`;
  const compared = rows.filter((row) => row.gap !== null && !row.small).length;
  if (compared < MANY) return gap;
  return `${gap} ${compared} values of ${key} were compared, so one may stand out by luck alone; “Worst slices” allows for that.`;
}

/** The gap's verdict, in a word that stands beside its numbers. */
export function standsWords(row: SegmentTableRow): string {
  switch (row.stands) {
    case "worse":
      return "worse than the rest";
    case "better":
      return "better than the rest";
    case "differs":
      return "differs from the rest";
    case "alike":
      return "no clear difference";
    case "unknown":
      return row.small ? "too small to judge" : "no interval";
  }
}

export function gapWords(metric: string, row: SegmentTableRow): string {
  return row.gap === null ? "" : gapText(metric, row.gap.value);
}
