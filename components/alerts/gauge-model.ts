/** Positions are fractions of the width, 0 left and 1 right. */
export interface GaugeModel {
  readonly value: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly limit: number;
  readonly reference: number | null;
  /** The side that is bad, from its edge to the limit. */
  readonly bad: { readonly from: number; readonly to: number };
  /** Which way the labels of limit and reference lean, so that they do not meet. */
  readonly limitAnchor: "start" | "middle" | "end";
  readonly referenceAnchor: "start" | "middle" | "end";
}

export interface GaugeInput {
  readonly value: number;
  readonly ci: { readonly lo: number; readonly hi: number } | null;
  readonly limit: number;
  readonly reference: number | null;
  readonly op: "above" | "below";
}

const ROOM = 0.18;
const CROWDED = 0.3;

/** The value and its interval against the limit and the reference, on an axis that holds all of them. */
export function gaugeModel(input: GaugeInput): GaugeModel {
  const all = [input.value, input.limit, input.ci?.lo, input.ci?.hi, input.reference].filter(
    (value): value is number => typeof value === "number",
  );
  const low = Math.min(...all);
  const high = Math.max(...all);
  const span = high - low || Math.abs(high) || 1;
  const start = low - span * ROOM;
  const width = span * (1 + 2 * ROOM);
  const at = (value: number) => (value - start) / width;
  const limit = at(input.limit);
  const reference = input.reference === null ? null : at(input.reference);
  const crowded = reference !== null && Math.abs(reference - limit) < CROWDED;
  const limitFirst = reference !== null && limit < reference;
  return {
    value: at(input.value),
    lo: input.ci ? at(input.ci.lo) : null,
    hi: input.ci ? at(input.ci.hi) : null,
    limit,
    reference,
    bad: input.op === "below" ? { from: 0, to: limit } : { from: limit, to: 1 },
    limitAnchor: crowded ? (limitFirst ? "end" : "start") : edge(limit),
    referenceAnchor: crowded ? (limitFirst ? "start" : "end") : edge(reference ?? 0.5),
  };
}

function edge(position: number): "start" | "middle" | "end" {
  if (position < 0.15) return "start";
  return position > 0.85 ? "end" : "middle";
}
