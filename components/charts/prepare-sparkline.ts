import { extent, linear } from "#components/charts/scale.ts";

export interface Sparkline {
  /** SVG path of the line, broken at gaps. */
  path: string;
  last: { x: number; y: number } | null;
  limitY: number | null;
}

const INSET_PX = 3;
const place = (value: number) => Math.round(value * 10) / 10;

/** A trend without axes: its numbers stand beside it in text. */
export function prepareSparkline(
  values: readonly (number | null)[],
  size: { width: number; height: number },
  limit: number | null = null,
): Sparkline {
  const known = values.filter((value): value is number => value !== null);
  const range = extent(limit === null ? known : [...known, limit]);
  if (known.length === 0 || range === null) return { path: "", last: null, limitY: null };
  const x = linear([0, Math.max(1, values.length - 1)], [INSET_PX, size.width - INSET_PX]);
  const flat = range[0] === range[1];
  const y = flat ? () => size.height / 2 : linear(range, [size.height - INSET_PX, INSET_PX]);
  let path = "";
  let drawing = false;
  let last: Sparkline["last"] = null;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      drawing = false;
      continue;
    }
    last = { x: place(x(index)), y: place(y(value)) };
    path += `${drawing ? "L" : "M"}${last.x} ${last.y}`;
    drawing = true;
  }
  return { path, last, limitY: limit === null ? null : place(y(limit)) };
}

/** One path for all bars; a count of zero is no bar. */
export function prepareSparkBars(values: readonly number[], size: { width: number; height: number }): string {
  const highest = Math.max(0, ...values);
  if (highest === 0) return "";
  const step = size.width / values.length;
  const width = Math.max(1, step - 1);
  return values
    .map((value, index) => {
      if (value <= 0) return "";
      const height = Math.max(1, (value / highest) * size.height);
      return `M${place(index * step)} ${size.height}v${place(-height)}h${place(width)}v${place(height)}z`;
    })
    .join("");
}
