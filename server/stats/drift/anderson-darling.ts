/** Answer of andersonDarling. */
export interface AndersonDarling {
  /** A², standardised: mean 0 and variance 1 when all samples come from one distribution. */
  readonly statistic: number;
  /** Interpolated in a table, so cut to 0.001 … 0.25. */
  readonly pValue: number;
}

/**
 * Anderson–Darling test that k samples of raw values come from one distribution (Scholz and Stephens 1987, midrank
 * version, which allows ties).
 *
 * Weighs gaps in the tails more than Cramér–von Mises does. Statistic in ℝ, large is different. Needs the values (label
 * an answer from a reservoir so). Null for fewer than two samples, an empty sample, fewer than four values, or when
 * all values are equal.
 *
 * @example andersonDarling([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]])?.statistic // 4.72601546726413
 */
export function andersonDarling(samples: readonly (readonly number[])[]): AndersonDarling | null {
  const rows = samples.reduce((sum, sample) => sum + sample.length, 0);
  const isEmpty = samples.length < 2 || samples.some((sample) => sample.length === 0);
  if (isEmpty || rows < 4) return null;
  const pooled = Float64Array.from(samples.flat()).sort();
  if (pooled[0] === pooled[pooled.length - 1]) return null;
  const k = samples.length;
  const square = midrankSquare(samples, pooled);
  const statistic = (square - (k - 1)) / Math.sqrt(varianceOfSquare(samples, rows));
  return { statistic, pValue: tailOf(statistic, k - 1) };
}

function midrankSquare(samples: readonly (readonly number[])[], pooled: Float64Array): number {
  const rows = pooled.length;
  const sorted = samples.map((sample) => Float64Array.from(sample).sort());
  const seen = sorted.map(() => 0);
  let sum = 0;
  for (let start = 0, end = 0; start < rows; start = end) {
    const value = pooled[start] ?? 0;
    while (end < rows && (pooled[end] ?? 0) === value) end += 1;
    const ties = end - start;
    const below = start + ties / 2;
    const scale = below * (rows - below) - (rows * ties) / 4;
    for (const [index, sample] of sorted.entries()) {
      const before = seen[index] ?? 0;
      let upTo = before;
      while (upTo < sample.length && (sample[upTo] ?? 0) <= value) upTo += 1;
      seen[index] = upTo;
      if (scale > 0) {
        const middle = (before + upTo) / 2;
        sum += ((ties / rows) * (rows * middle - below * sample.length) ** 2) / scale / sample.length;
      }
    }
  }
  return (sum * (rows - 1)) / rows;
}

function varianceOfSquare(samples: readonly (readonly number[])[], n: number): number {
  const k = samples.length;
  const big = samples.reduce((sum, { length }) => sum + 1 / length, 0);
  let h = 0;
  let g = 0;
  // h grows into Σ 1/i up to n − 1, from its smallest term on; g sums it on the way.
  for (let i = 1; i < n - 1; i++) {
    h += 1 / (n - i);
    g += h / (i + 1);
  }
  h += 1;
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * big;
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * big - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * big + 4 * h;
  const d = (2 * h + 6) * k * k - 4 * h * k;
  return (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3));
}

const CRITICAL = [
  [0.25, 0.675, -0.245, -0.105],
  [0.1, 1.281, 0.25, -0.305],
  [0.05, 1.645, 0.678, -0.362],
  [0.025, 1.96, 1.149, -0.391],
  [0.01, 2.326, 1.822, -0.396],
  [0.005, 2.573, 2.364, -0.345],
  [0.001, 3.085, 3.615, -0.154],
] as const;

/** A parabola through ln(level) over the seven critical values, by least squares; flat outside them. */
function tailOf(statistic: number, m: number): number {
  const points = CRITICAL.map(([level, b0, b1, b2]) => ({
    x: b0 + b1 / Math.sqrt(m) + b2 / m,
    y: Math.log(level),
  }));
  const xs = points.map(({ x }) => x);
  if (statistic < Math.min(...xs)) return 0.25;
  if (statistic > Math.max(...xs)) return 0.001;
  return Math.exp(parabolaAt(points, statistic));
}

/** Least squares by orthogonal polynomials on the points themselves, which no scale can upset. */
function parabolaAt(points: readonly { x: number; y: number }[], at: number): number {
  const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const second = points.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  const third = points.reduce((sum, { x }) => sum + (x - mean) ** 3, 0);
  const bases = [
    () => 1,
    (x: number) => x - mean,
    (x: number) => (x - mean) ** 2 - (third / second) * (x - mean) - second / points.length,
  ];
  return bases.reduce((total, base) => {
    const size = points.reduce((sum, { x }) => sum + base(x) ** 2, 0);
    return total + (points.reduce((sum, { x, y }) => sum + base(x) * y, 0) / size) * base(at);
  }, 0);
}
