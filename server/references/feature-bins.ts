import { type CategoryColumn, CODE_FIRST_VALUE, type Column } from "#server/store/columns.ts";
import { canonicalCategory, OPEN_CATEGORIES, referenceCategories } from "#server/windows/category-bins.ts";
import type { Bins, FeatureLayout, NumberBins, NumberRange } from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";
import { referenceBins } from "#server/windows/number-bins.ts";

/** The layout of a feature as its reference has it. */
export function referenceFeature(name: string, column: Column): FeatureLayout {
  if (column.kind === "number") return { name, type: "number", ...numberLayout(column.values) };
  const counts = countCategories(column);
  const bins: Bins = counts.size === 0 ? OPEN_CATEGORIES : referenceCategories(counts);
  return { name, type: "category", bins, range: null };
}

export function numberLayout(values: Float64Array): { bins: NumberBins; range: NumberRange | null } {
  const sorted = finiteValues(values).sort();
  const min = sorted[0];
  const max = sorted[sorted.length - 1];
  if (min === undefined || max === undefined) return { bins: LOG_GRID, range: null };
  return { bins: referenceBins(sorted), range: { min, max } };
}

function finiteValues(values: Float64Array): Float64Array {
  const finite = new Float64Array(values.length);
  let length = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    if (Number.isFinite(value)) finite[length++] = value;
  }
  return finite.subarray(0, length);
}

/** Rows by canonical text. */
export function countCategories({ codes, dictionary }: CategoryColumn): Map<string, number> {
  const byCode = new Float64Array(dictionary.length);
  for (const code of codes) {
    if (code >= CODE_FIRST_VALUE)
      byCode[code - CODE_FIRST_VALUE] = (byCode[code - CODE_FIRST_VALUE] ?? 0) + 1;
  }
  const counts = new Map<string, number>();
  dictionary.forEach((text, index) => {
    const rows = byCode[index] ?? 0;
    if (rows === 0) return;
    const canonical = canonicalCategory(text);
    counts.set(canonical, (counts.get(canonical) ?? 0) + rows);
  });
  return counts;
}
