import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";

const UNDERSTOOD = new Set(["0", "1", "true", "false"]);

/**
 * The class that `probability` speaks of, where the rows prove it: two decisions, and every probability of the one above
 * every probability of the other, as any threshold makes them. Null when the rows do not say.
 */
export function inferPositiveClass(builder: PredictionBuilder): string | null {
  if (builder.task !== "binary") return null;
  const decision = builder.fixedCategory("output.value");
  const probability = builder.fixedNumber("output.probability");
  const ranges = new Map<string, { lowest: number; highest: number }>();
  for (let row = 0; row < Math.min(builder.count, decision.filled, probability.filled); row++) {
    const text = decision.textAt(row);
    const value = probability.values[row] ?? Number.NaN;
    if (typeof text !== "string" || Number.isNaN(value)) continue;
    if (UNDERSTOOD.has(text)) return null;
    const range = ranges.get(text) ?? { lowest: value, highest: value };
    ranges.set(text, { lowest: Math.min(range.lowest, value), highest: Math.max(range.highest, value) });
    if (ranges.size > 2) return null;
  }
  const [one, other] = [...ranges];
  if (one === undefined || other === undefined) return null;
  if (one[1].lowest > other[1].highest) return one[0];
  return other[1].lowest > one[1].highest ? other[0] : null;
}
