import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";

const UNDERSTOOD = new Set(["0", "1", "true", "false"]);

/**
 * Learns which of two decisions `probability` speaks of: the one whose every probability is above every probability of the
 * other, as any threshold makes them. Rows that contradict each other end the matter for good.
 */
export class PositiveClassEvidence {
  private readonly ranges = new Map<string, { lowest: number; highest: number }>();
  private isHopeless = false;

  /** Looks at the builder's rows from `from` on; the class, or null while the rows do not say. */
  learn(builder: PredictionBuilder, from: number): string | null {
    if (this.isHopeless || builder.task !== "binary") return null;
    const decision = builder.fixedCategory("output.value");
    const probability = builder.fixedNumber("output.probability");
    for (let row = from; row < Math.min(builder.count, decision.filled, probability.filled); row++) {
      const text = decision.textAt(row);
      const value = probability.values[row] ?? Number.NaN;
      if (typeof text === "string" && !Number.isNaN(value)) this.see(text, value);
    }
    return this.verdict();
  }

  private see(text: string, value: number): void {
    const range = this.ranges.get(text);
    if (range === undefined) this.ranges.set(text, { lowest: value, highest: value });
    else {
      range.lowest = Math.min(range.lowest, value);
      range.highest = Math.max(range.highest, value);
    }
    this.isHopeless ||= UNDERSTOOD.has(text) || this.ranges.size > 2;
  }

  private verdict(): string | null {
    const [one, other] = [...this.ranges];
    if (this.isHopeless || one === undefined || other === undefined) return null;
    if (one[1].lowest > other[1].highest) return one[0];
    if (other[1].lowest > one[1].highest) return other[0];
    this.isHopeless = true;
    return null;
  }
}
