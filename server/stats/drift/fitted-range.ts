import type { ValueRange } from "./cumulative-gap.ts";
import type { Counts } from "./shares.ts";

export interface BinnedSample {
  readonly edges: ArrayLike<number>;
  readonly counts: Counts;
  /** Mean of the raw values. */
  readonly mean: number;
  /** Smallest and largest raw value. */
  readonly own: ValueRange;
  /** The range that the bins were made for. */
  readonly usual: ValueRange;
  /** True when each bin holds one value, its lower edge (the first: the usual smallest). */
  readonly atoms: boolean;
}

/**
 * Where to close the open end bins of a sample whose mean is known, so that its bins have that mean.
 *
 * Spreading the last bin's rows up to the sample's maximum would let one wild row stretch all of them. So inside the
 * `usual` range the sample's own ends close its bins; where it goes beyond, the end is moved out as far as the mean
 * demands: what was moved out counts as much as it does in the raw values' Wasserstein distance. Beyond on both
 * sides, excesses that cancel in the mean stay unseen: too small, never inflated. Without rows: the usual range.
 *
 * @example fittedRange({ edges: [10], counts: [9, 1], mean: 104.5, own: { min: 0, max: 1000 }, usual: { min: 0, max: 20 }, atoms: false }) // { min: 0, max: 1990 }
 */
export function fittedRange(sample: BinnedSample): ValueRange {
  const { edges, counts, own, usual } = sample;
  const inside = { min: Math.max(own.min, usual.min), max: Math.min(own.max, usual.max) };
  const found = sample.atoms ? atomMean(sample) : binnedMean(edges, counts, inside);
  if (found === null) return usual;
  const excess = sample.mean - found.mean;
  const first = counts[0] || 0;
  const last = counts[edges.length] || 0;
  // Rows spread from an edge move by half of what their end does, atoms by all of it.
  const pull = (sample.atoms ? 1 : 2) * excess * found.rows;
  if (excess > 0 && own.max > usual.max && last > 0)
    return { min: inside.min, max: found.high + pull / last };
  if (excess < 0 && own.min < usual.min && first > 0)
    return { min: found.low + pull / first, max: inside.max };
  return inside;
}

interface MeanOfBins {
  readonly mean: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
}

function binnedMean(edges: ArrayLike<number>, counts: Counts, range: ValueRange): MeanOfBins | null {
  const low = Math.min(range.min, edges[0] ?? range.min);
  const high = Math.max(range.max, edges[edges.length - 1] ?? range.max);
  return meanAt(edges.length, counts, { low, high }, (bin) => {
    const from = bin === 0 ? low : (edges[bin - 1] ?? low);
    const to = bin === edges.length ? high : (edges[bin] ?? high);
    return from / 2 + to / 2;
  });
}

function atomMean({ edges, counts, usual }: BinnedSample): MeanOfBins | null {
  const low = Math.min(usual.min, edges[0] ?? usual.min);
  const high = edges[edges.length - 1] ?? low;
  return meanAt(edges.length, counts, { low, high }, (bin) => (bin === 0 ? low : (edges[bin - 1] ?? low)));
}

function meanAt(
  lastBin: number,
  counts: Counts,
  ends: { low: number; high: number },
  placeOf: (bin: number) => number,
): MeanOfBins | null {
  let rows = 0;
  let sum = 0;
  for (let bin = 0; bin <= lastBin; bin++) {
    const count = counts[bin] || 0;
    rows += count;
    sum += count * placeOf(bin);
  }
  return rows > 0 ? { mean: sum / rows, rows, ...ends } : null;
}
