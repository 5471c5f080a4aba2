import { countOf, integer, NOTHING, quantity } from "#components/ui/format.ts";
import type { Distribution, FeatureNumbers } from "#server/api/contract.ts";

export interface NumberLine {
  name: string;
  reference: string;
  now: string;
}

const QUANTILES: [keyof FeatureNumbers, string][] = [
  ["mean", "mean"],
  ["sd", "standard deviation"],
  ["min", "smallest"],
  ["p5", "5 %"],
  ["p25", "25 %"],
  ["p50", "median"],
  ["p75", "75 %"],
  ["p95", "95 %"],
  ["max", "largest"],
];

/** `n` counts rows with a usable value only. */
const rowsOf = ({ n, missing, invalid }: FeatureNumbers) => n + missing + invalid;

/** Then and now, line by line; what a category does not have is left out. */
export function prepareNumbers({ type, reference, current, newValues }: Distribution): NumberLine[] {
  const write = (numbers: FeatureNumbers | null, key: keyof FeatureNumbers) => {
    const value = numbers?.[key] ?? null;
    return value === null ? NOTHING : quantity(value);
  };
  const share = (numbers: FeatureNumbers | null, key: "missing" | "invalid") =>
    numbers === null ? NOTHING : countOf(numbers[key], rowsOf(numbers));
  const lines: NumberLine[] = [
    {
      name: "rows",
      reference: reference ? integer(rowsOf(reference)) : NOTHING,
      now: integer(rowsOf(current)),
    },
    { name: "missing", reference: share(reference, "missing"), now: share(current, "missing") },
  ];
  if (current.invalid > 0 || (reference?.invalid ?? 0) > 0)
    lines.push({ name: "unusable", reference: share(reference, "invalid"), now: share(current, "invalid") });
  if (type === "number")
    lines.push(
      ...QUANTILES.map(([key, name]) => ({
        name,
        reference: write(reference, key),
        now: write(current, key),
      })),
    );
  const fresh = newValues.reduce((sum, value) => sum + value.count, 0);
  if (type === "category")
    lines.push({ name: "never seen before", reference: "", now: countOf(fresh, current.n) });
  return lines;
}
