import type { NewValue, Violation } from "#server/api/contracts/quality.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import type { JudgedRow } from "#server/metrics/quality/check-grid.ts";
import type { CheckCell } from "#server/metrics/quality/judge-check.ts";
import { pairKey, type QualityReading } from "#server/metrics/quality/read-quality.ts";
import { createRateDetector, type RateDetector } from "#server/stats/sequential/rate-detector.ts";
import { wilsonInterval } from "#server/stats/uncertainty/wilson.ts";

const EXAMPLES_MAX = 5;
/** A limit from here on leaves nothing to bet on. */
const NO_EVIDENCE_FROM = 0.999;

export interface ViolationQuestion {
  readonly reading: QualityReading;
  /** End of the last window that is over. */
  readonly closedTo: number;
  /** log10 of the line that evidence must cross. */
  readonly alarm: number;
  /** Words for the width of stored windows. */
  readonly spellWidth: string;
}

/** What is beyond its limit now, or was at some time in the range; most over its limit first. */
export function violationsOf(rows: readonly JudgedRow[], question: ViolationQuestion): Violation[] {
  return rows
    .flatMap((row) => violationOf(row, question) ?? [])
    .sort((a, b) => Number(b.now) - Number(a.now) || order(b) - order(a) || b.bad - a.bad);
}

function order({ ratio, rate }: Violation): number {
  return ratio ?? rate * 1e6;
}

function violationOf({ row, cells, limits }: JudgedRow, question: ViolationQuestion): Violation | null {
  const { reading, closedTo, alarm, spellWidth } = question;
  const { feature, check, reference } = row;
  const evidence = evidenceOf(cells, limits, { reading, closedTo });
  const at = tellingWindow(cells, limits, { reading, closedTo });
  const cell = cells[at.index];
  const bucket = reading.buckets[at.index];
  if (cell === undefined || bucket === undefined) return null;
  const strong = evidence !== null && evidence.log10 >= alarm;
  const state = cell.state === "beyond" || cell.state === "spells" ? cell.state : strong ? "may" : null;
  // One window of many beyond its limit is nothing to tell later, unless it weighed enough or was plain to see.
  const told =
    at.now ||
    strong ||
    (evidence?.peak ?? 0) >= alarm ||
    (cell.spells > 0 && isBeyondOverall(cells, limits)) ||
    evidence === null;
  if (state === null || !told) return null;
  const limit = limits[at.index] ?? null;
  const rate = cell.bad / cell.n;
  const { lo, hi } = wilsonInterval(cell.bad, cell.n) ?? { lo: 0, hi: 1 };
  const since = !at.now ? null : strong ? evidence.onset : at.runStart;
  const spells = reading.spells.get(pairKey(feature, check));
  return {
    feature,
    check,
    state,
    now: at.now,
    from: formatInstant(bucket.start),
    to: formatInstant(bucket.end),
    rate,
    ci: { lo, hi },
    bad: cell.bad,
    n: cell.n,
    reference,
    limit,
    ratio: limit === null || limit === 0 ? null : rate / limit,
    since: since === null ? null : formatInstant(reading.buckets[since]?.start ?? bucket.start),
    evidence: evidence === null ? null : { log10: at.now ? evidence.log10 : evidence.peak, alarm },
    spells: spells?.windows ?? 0,
    spellWidth,
    longestSpell: spells?.longest
      ? { windows: spells.longest.windows, from: formatInstant(spells.longest.from) }
      : null,
    examples: check === "new" ? newValuesOf(reading, feature) : [],
  };
}

/** Spells say something only where the reference's own rate does not explain them. */
function isBeyondOverall(cells: readonly CheckCell[], limits: JudgedRow["limits"]): boolean {
  let bad = 0;
  let n = 0;
  for (const cell of cells) {
    bad += cell.bad;
    n += cell.n;
  }
  return bad > n * Math.max(0, ...limits.map((limit) => limit ?? 0));
}

/** Values that no reference knew, most rows first. */
export function newValuesOf(reading: QualityReading, feature: string): NewValue[] {
  return [...(reading.newValues.get(feature) ?? [])]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, EXAMPLES_MAX)
    .map(([value, count]) => ({ value, count }));
}

interface Telling {
  readonly index: number;
  readonly now: boolean;
  /** First window of the run that is beyond its limit now. */
  readonly runStart: number | null;
}

/** The newest window that can be judged, if it is beyond its limit; otherwise the worst one of the range. */
function tellingWindow(
  cells: readonly CheckCell[],
  limits: JudgedRow["limits"],
  { reading, closedTo }: { reading: QualityReading; closedTo: number },
): Telling {
  const judged = cells.flatMap((cell, index) => {
    const isClosed = (reading.buckets[index]?.end ?? Number.POSITIVE_INFINITY) <= closedTo;
    return isClosed && cell.state !== "none" && cell.state !== "low" ? [index] : [];
  });
  const newest = judged.at(-1) ?? -1;
  if (isBad(cells[newest])) {
    let runStart = newest;
    for (const index of [...judged].reverse()) {
      if (!isBad(cells[index])) break;
      runStart = index;
    }
    return { index: newest, now: true, runStart };
  }
  const excess = (index: number): number => {
    const cell = cells[index];
    if (cell === undefined || cell.n === 0) return 0;
    return (isBad(cell) ? 1e9 : 0) + cell.bad / cell.n / Math.max(1e-6, limits[index] ?? 1);
  };
  const worst = judged.reduce((best, index) => (best < 0 || excess(index) > excess(best) ? index : best), -1);
  return { index: worst, now: false, runStart: null };
}

function isBad(cell: CheckCell | undefined): boolean {
  return cell?.state === "beyond" || cell?.state === "spells";
}

/** How much the windows together say that the rate is beyond its limit; it starts anew where the limit changes. */
function evidenceOf(
  cells: readonly CheckCell[],
  limits: readonly (number | null)[],
  { reading, closedTo }: { reading: QualityReading; closedTo: number },
): { log10: number; peak: number; onset: number | null } | null {
  let current: {
    limit: number;
    detector: RateDetector;
    state: ReturnType<RateDetector["start"]>;
    first: number[];
  } | null = null;
  let peak = 0;
  for (const [index, cell] of cells.entries()) {
    const limit = limits[index] ?? null;
    if (limit === null || limit >= NO_EVIDENCE_FROM || cell.n === 0) continue;
    if ((reading.buckets[index]?.end ?? 0) > closedTo) continue;
    if (current === null || current.limit !== limit) {
      const detector = createRateDetector({ upper: limit });
      current = { limit, detector, state: detector.start(), first: [] };
    }
    current.detector.stepInto(current.state, { successes: cell.bad, trials: cell.n });
    current.first.push(index);
    peak = Math.max(peak, current.detector.logEvidence(current.state) / Math.LN10);
  }
  if (current === null) return null;
  const log10 = Math.max(0, current.detector.logEvidence(current.state) / Math.LN10);
  const onset = current.detector.leading(current.state).onset;
  return { log10, peak, onset: onset === null ? null : (current.first[onset] ?? null) };
}
