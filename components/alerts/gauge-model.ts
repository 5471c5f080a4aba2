/** Positions are fractions of the width, 0 left and 1 right. */
export interface GaugeModel {
  readonly value: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly limit: number;
  readonly reference: number | null;
  /** The side that is bad, from its edge to the limit. */
  readonly bad: { readonly from: number; readonly to: number };
}

export interface GaugeInput {
  readonly value: number;
  readonly ci: { readonly lo: number; readonly hi: number } | null;
  readonly limit: number;
  readonly reference: number | null;
  readonly op: "above" | "below";
}

const ROOM = 0.18;

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
  return {
    value: at(input.value),
    lo: input.ci ? at(input.ci.lo) : null,
    hi: input.ci ? at(input.ci.hi) : null,
    limit,
    reference: input.reference === null ? null : at(input.reference),
    bad: input.op === "below" ? { from: 0, to: limit } : { from: limit, to: 1 },
  };
}

export interface GaugeLabel {
  readonly text: string;
  /** Where it points, in pixels. */
  readonly at: number;
}
export interface PlacedLabel extends GaugeLabel {
  /** Middle of the text, in pixels, moved inside the edges. */
  readonly x: number;
  /** Line under the axis, from 0. */
  readonly line: number;
}

const LETTER_PX = 5.8;
const GAP_PX = 8;

/** Centres each label under its mark, keeps it inside, and starts another line where it would meet one before it. */
export function placeLabels(labels: readonly GaugeLabel[], widthPx: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const half = (label.text.length * LETTER_PX) / 2;
    const x = Math.max(half, Math.min(widthPx - half, label.at));
    const meets = (line: number) =>
      placed.some((other) => {
        const room = half + (other.text.length * LETTER_PX) / 2 + GAP_PX;
        return other.line === line && Math.abs(other.x - x) < room;
      });
    let line = 0;
    while (meets(line)) line += 1;
    placed.push({ ...label, x, line });
  }
  return placed;
}
