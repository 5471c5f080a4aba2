import { classTotals, type ScoredLabels } from "../accuracy/roc-auc.ts";

/** How often what a score promises really happens, by score bin, as far as labels have shown. */
export interface CalibrationMap {
  /** Chance of a positive by score bin, never falling with the score, inside (0, 1). */
  readonly probability: Float64Array;
  /** Which bins were pooled: bins of one block share one estimate, and so one error. Bins without labels: −1. */
  readonly block: Int32Array;
  /** Labelled rows behind each bin's probability: those of its block; without a block, of the thinner neighbour. */
  readonly support: Float64Array;
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly positives: number;
}

/**
 * Calibration map by isotonic regression of labels on score bins: what share of rows with such a score is positive.
 *
 * Neighbouring bins whose observed shares fall are pooled (pool adjacent violators, weighted by rows: the least
 * squares fit that never falls), and each block answers (Σy + ½) ÷ (n + 1), so that a block without positives is
 * not certain; blocks that this puts out of order are pooled too. A bin without labels lies between its neighbours
 * (linear in the bin's number) or, outside all of them, takes the nearest.
 *
 * Inputs: labelled rows by score bin and label, lowest scores first; the labels must be out of sample for the model.
 * Null without rows or with one class only: a map that has seen no positive cannot say when there is one.
 * Barlow et al. 1972; Zadrozny and Elkan 2002.
 *
 * @example fitCalibrationMap({ positives: [1, 0, 4], negatives: [3, 4, 0] })?.probability // [0.16667, 0.16667, 0.9]
 */
export function fitCalibrationMap(labels: ScoredLabels): CalibrationMap | null {
  const { positives, negatives } = classTotals(labels);
  if (!(positives > 0) || !(negatives > 0)) return null;
  const raw = poolViolators(blocksOf(labels), ({ rows, positives: seen }) => seen / rows);
  return mapOf(poolViolators(raw, shrunk), labels.positives.length);
}

/**
 * Share of these rows with a score on which the map has no label at all: where it only guesses from neighbours.
 * In [0, 1]; no rows: 0.
 *
 * @example unseenShare({ probability: [0.1, 0.5], block: [0, -1], support: [9, 9] }, [3, 1]) // 0.25
 */
export function unseenShare(map: Pick<CalibrationMap, "block">, counts: ArrayLike<number>): number {
  let rows = 0;
  let unseen = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    rows += count;
    if ((map.block[bin] ?? -1) < 0) unseen += count;
  }
  return rows > 0 ? unseen / rows : 0;
}

function blocksOf(labels: ScoredLabels): Block[] {
  return Array.from({ length: labels.positives.length }, (_, bin) => {
    const positives = labels.positives[bin] ?? 0;
    return { from: bin, to: bin, rows: positives + (labels.negatives[bin] ?? 0), positives };
  }).filter(({ rows }) => rows > 0);
}

function shrunk({ rows, positives }: Block): number {
  return (positives + 0.5) / (rows + 1);
}

function poolViolators(blocks: readonly Block[], shareOf: (block: Block) => number): Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let last = block;
    for (let before = pooled.at(-1); before !== undefined; before = pooled.at(-1)) {
      if (shareOf(before) < shareOf(last)) break;
      pooled.pop();
      last = joined(before, last);
    }
    pooled.push(last);
  }
  return pooled;
}

function joined(a: Block, b: Block): Block {
  return { from: a.from, to: b.to, rows: a.rows + b.rows, positives: a.positives + b.positives };
}

function mapOf(blocks: readonly Block[], bins: number): CalibrationMap {
  const map = {
    probability: new Float64Array(bins),
    block: new Int32Array(bins).fill(-1),
    support: new Float64Array(bins),
  };
  let next = 0;
  for (let bin = 0; bin < bins; bin++) {
    while ((blocks[next]?.to ?? bins) < bin) next++;
    const above = blocks[next];
    const inside = above !== undefined && above.from <= bin;
    const below = inside ? above : blocks[next - 1];
    if (inside) map.block[bin] = next;
    const between = betweenBlocks(below ?? above, above ?? below, bin);
    map.probability[bin] = between.probability;
    map.support[bin] = between.support;
  }
  return map;
}

function betweenBlocks(below: Block | undefined, above: Block | undefined, bin: number) {
  if (below === undefined || above === undefined) return { probability: 0.5, support: 0 };
  const way = below.to < bin && bin < above.from ? (bin - below.to) / (above.from - below.to) : 0;
  return {
    probability: shrunk(below) + way * (shrunk(above) - shrunk(below)),
    support: Math.min(below.rows, above.rows),
  };
}
