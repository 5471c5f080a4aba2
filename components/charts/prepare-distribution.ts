import { type ChartTable, chartCsv } from "#components/charts/chart-table.ts";
import { niceAxis, stepDigits } from "#components/charts/scale.ts";
import { integer, percent, quantity } from "#components/ui/format.ts";
import type { Distribution, DistributionBin, FeatureNumbers } from "#server/api/contract.ts";

export interface DistributionRow {
  label: string;
  kind: "value" | "other" | "new" | "missing";
  /** Shares of rows with a value; null where there is no reference. */
  reference: number | null;
  current: number;
  referenceCount: number | null;
  currentCount: number;
  /** This bin's part of the whole distance, 0–1. */
  part: number | null;
}
export interface DistributionModel {
  feature: string;
  kind: "number" | "category";
  rows: DistributionRow[];
  missing: DistributionRow | null;
  hasReference: boolean;
  /** How many categories were folded into the last line; 0 when all are shown. */
  hidden: number;
  largest: number;
  axis: { domain: [number, number]; ticks: { value: number; label: string }[] };
  /** The bin that carries most of the distance. */
  driver: DistributionRow | null;
  summary: string;
  table: ChartTable;
  csv: string;
}

const CATEGORIES_MAX = 12;

/** Shares on both sides of the same bins. Numbers keep their order; categories come by change, other and new last. */
export function prepareDistribution(distribution: Distribution, most = CATEGORIES_MAX): DistributionModel {
  const { bins, type } = distribution;
  const currentTotal = bins.reduce((sum, bin) => sum + bin.current, 0);
  const hasReference = distribution.reference !== null && bins.some((bin) => bin.reference !== null);
  const referenceTotal = bins.reduce((sum, bin) => sum + (bin.reference ?? 0), 0);
  const wholeDistance = bins.reduce((sum, bin) => sum + Math.max(0, bin.contribution ?? 0), 0);
  const used = bins.filter((bin) => bin.current > 0 || (bin.reference ?? 0) > 0);
  const rows = used.map((bin) => rowOf(bin, { currentTotal, referenceTotal, hasReference, wholeDistance }));
  const ordered = type === "number" ? rows : byChange(rows);
  const shown = type === "number" ? ordered : foldTail(ordered, most);
  const largest = Math.max(0, ...shown.map((row) => Math.max(row.current, row.reference ?? 0)));
  const axis = niceAxis(0, largest || 1, 4);
  const driver = ordered.reduce<DistributionRow | null>(
    (best, row) => ((row.part ?? 0) > (best?.part ?? 0) ? row : best),
    null,
  );
  const table = tableOf(distribution, ordered);
  return {
    feature: distribution.feature,
    kind: type,
    rows: shown,
    missing: missingRow(distribution),
    hasReference,
    hidden: ordered.length - shown.length,
    largest,
    axis: {
      domain: axis.domain,
      ticks: axis.ticks.map((value) => ({
        value,
        label: percent(value, Math.max(0, stepDigits(axis.step * 100))),
      })),
    },
    driver,
    summary: summaryOf(distribution, ordered, driver),
    table,
    csv: chartCsv(table),
  };
}

interface Totals {
  currentTotal: number;
  referenceTotal: number;
  hasReference: boolean;
  wholeDistance: number;
}
function rowOf(bin: DistributionBin, totals: Totals): DistributionRow {
  const share = (count: number, total: number) => (total > 0 ? count / total : 0);
  return {
    label: binLabel(bin),
    kind: bin.kind,
    reference: totals.hasReference ? share(bin.reference ?? 0, totals.referenceTotal) : null,
    current: share(bin.current, totals.currentTotal),
    referenceCount: bin.reference,
    currentCount: bin.current,
    part:
      bin.contribution === null || totals.wholeDistance <= 0
        ? null
        : Math.max(0, bin.contribution) / totals.wholeDistance,
  };
}

/** `under 12`, `12 – 15`, `from 28`, or the category. */
export function binLabel(bin: Pick<DistributionBin, "label" | "from" | "to" | "category">): string {
  if (bin.category !== null) return bin.category === "" ? "(empty)" : bin.category;
  if (bin.from === null && bin.to === null) return bin.label;
  if (bin.from === null) return `under ${quantity(bin.to ?? 0)}`;
  if (bin.to === null) return `from ${quantity(bin.from)}`;
  return bin.from === bin.to ? quantity(bin.from) : `${quantity(bin.from)} – ${quantity(bin.to)}`;
}

const LAST: Record<DistributionRow["kind"], number> = { value: 0, other: 1, new: 2, missing: 3 };
function byChange(rows: DistributionRow[]): DistributionRow[] {
  const size = (row: DistributionRow) =>
    row.reference === null ? row.current : Math.abs(row.current - row.reference);
  return [...rows].sort((a, b) => LAST[a.kind] - LAST[b.kind] || size(b) - size(a));
}

/** Where summing makes sense the rest is one line, counted. */
function foldTail(rows: DistributionRow[], most: number): DistributionRow[] {
  const values = rows.filter((row) => row.kind === "value");
  const last = rows.filter((row) => row.kind !== "value");
  if (values.length <= most) return rows;
  const rest = values.slice(most - 1);
  const known = last.filter((row) => row.kind === "other");
  const sum = (pick: (row: DistributionRow) => number) =>
    [...rest, ...known].reduce((total, row) => total + pick(row), 0);
  const folded: DistributionRow = {
    label: `other, ${integer(rest.length)}${known.length > 0 ? " and the tail" : ""}`,
    kind: "other",
    reference: rest[0]?.reference === null ? null : sum((row) => row.reference ?? 0),
    current: sum((row) => row.current),
    referenceCount: sum((row) => row.referenceCount ?? 0),
    currentCount: sum((row) => row.currentCount),
    part: rest[0]?.part === null ? null : sum((row) => row.part ?? 0),
  };
  return [...values.slice(0, most - 1), folded, ...last.filter((row) => row.kind === "new")];
}

/** `n` counts rows that had a usable value; the others are beside it. */
function missingShare({ n, missing, invalid }: FeatureNumbers): number {
  const rows = n + missing + invalid;
  return rows > 0 ? missing / rows : 0;
}

function missingRow({ reference, current }: Distribution): DistributionRow | null {
  const now = missingShare(current);
  const before = reference === null ? null : missingShare(reference);
  return {
    label: "missing",
    kind: "missing",
    reference: before,
    current: now,
    referenceCount: reference?.missing ?? null,
    currentCount: current.missing,
    part: null,
  };
}

function summaryOf(
  distribution: Distribution,
  rows: DistributionRow[],
  driver: DistributionRow | null,
): string {
  const { feature, current, reference } = distribution;
  const head = `Distribution of ${feature}, ${integer(current.n)} rows${reference ? ` against ${integer(reference.n)} of the reference` : ""}.`;
  const most = rows.reduce<DistributionRow | null>(
    (best, row) => (row.current > (best?.current ?? 0) ? row : best),
    null,
  );
  const top = most ? ` Most rows: ${most.label}, ${percent(most.current)}.` : "";
  const moved =
    driver?.part && driver.reference !== null
      ? ` ${driver.label} carries ${percent(driver.part, 0)} of the difference: ${percent(driver.reference)} in the reference, now ${percent(driver.current)}.`
      : "";
  return `${head}${top}${moved}`;
}

function tableOf(distribution: Distribution, rows: DistributionRow[]): ChartTable {
  return {
    caption: `Distribution of ${distribution.feature}`,
    columns: [distribution.type === "number" ? "Bin" : "Value", "Reference", "Now", "Rows now"],
    numeric: [1, 2, 3],
    csvColumns: [
      "bin",
      "reference_share",
      "current_share",
      "reference_rows",
      "current_rows",
      "part_of_distance",
    ],
    rows: rows.map((row) => ({
      key: `${row.kind} ${row.label}`,
      shown: [
        row.label,
        row.reference === null ? "" : percent(row.reference),
        percent(row.current),
        integer(row.currentCount),
      ],
      exact: [row.label, row.reference, row.current, row.referenceCount, row.currentCount, row.part],
    })),
  };
}
