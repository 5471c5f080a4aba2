import type { Task } from "#server/models/schema.ts";
import type { Column } from "#server/store/columns.ts";
import { numberReader, textReader } from "#server/windows/read-columns.ts";

const UNDERSTOOD = new Set(["0", "1", "true", "false"]);

interface Range {
  lowest: number;
  highest: number;
}

/**
 * The class that `output.probability` speaks of, where the rows prove it: two decisions, and every probability of the
 * one above every probability of the other, as any threshold makes them. Null when the rows do not say.
 */
export function positiveClassOf(task: Task, outputs: ReadonlyMap<string, Column>): string | null {
  const decision = outputs.get("output.value");
  const probability = outputs.get("output.probability");
  if (task !== "binary" || decision?.kind !== "category" || probability === undefined) return null;
  if (decision.dictionary.length !== 2 || decision.dictionary.some((text) => UNDERSTOOD.has(text)))
    return null;
  const [one, other] = decision.dictionary.map((text) => rangeOf(text, decision, probability));
  if (one === undefined || other === undefined) return null;
  if (one.lowest > other.highest) return decision.dictionary[0] ?? null;
  return other.lowest > one.highest ? (decision.dictionary[1] ?? null) : null;
}

function rangeOf(text: string, decision: Column, probability: Column): Range {
  const decided = textReader(decision);
  const value = numberReader(probability);
  const range: Range = { lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY };
  const count = decision.kind === "category" ? decision.codes.length : decision.values.length;
  for (let row = 0; row < count; row += 1) {
    const score = value(row);
    if (Number.isNaN(score) || decided(row) !== text) continue;
    range.lowest = Math.min(range.lowest, score);
    range.highest = Math.max(range.highest, score);
  }
  return range;
}
