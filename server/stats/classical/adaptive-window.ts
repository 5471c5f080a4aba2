import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface AdaptiveWindowOptions {
  /** δ: smaller is less sensitive. A bound on one comparison, not on a run. */
  readonly confidence?: number;
  /** Cuts are looked for at every `clock`-th value. */
  readonly clock?: number;
  /** Buckets of each size before the two oldest are joined. */
  readonly bucketsPerSize?: number;
  /** The shortest part that is compared. */
  readonly partMin?: number;
  /** No cut before the window is longer than this. */
  readonly grace?: number;
}

/** Buckets of 2^level values, oldest first. */
interface Level {
  totals: number[];
  /** Sums of squared deviations from the bucket's own mean. */
  squares: number[];
}

export interface AdaptiveWindowState {
  ticks: number;
  width: number;
  total: number;
  squares: number;
  levels: Level[];
}

const DEFAULTS = { confidence: 0.002, clock: 32, bucketsPerSize: 5, partMin: 5, grace: 10 };

/**
 * How far apart the means of two parts of a window must be for ADWIN to cut between them:
 * ε = √(2 m σ² ln(2 ln W ÷ δ)) + ⅔ m ln(2 ln W ÷ δ), m = 1/(n₀ − s + 1) + 1/(n₁ − s + 1).
 *
 * W the width, σ² the window's variance, s the shortest part. Values are meant to be in [0, 1]. Parts shorter
 * than s give an infinite or a meaningless ε: callers skip them.
 *
 * @example adaptiveWindowCut({ width: 1000, older: 500, newer: 500, variance: 0.09 }, { confidence: 0.002, partMin: 5 }) // 0.103867
 */
export function adaptiveWindowCut(
  window: { width: number; older: number; newer: number; variance: number },
  options: { confidence: number; partMin: number },
): number {
  const { width, older, newer, variance } = window;
  const log = Math.log((2 * Math.log(width)) / options.confidence);
  const inverse = 1 / (older - options.partMin + 1) + 1 / (newer - options.partMin + 1);
  return Math.sqrt(2 * inverse * variance * log) + (2 / 3) * log * inverse;
}

/**
 * ADWIN (Bifet and Gavaldà 2007): a window that grows while its parts agree and loses its old end when they do not.
 *
 * Says drift when some cut into an older and a newer part has means further apart than adaptiveWindowCut; the oldest
 * buckets are then dropped until no cut is left. Memory O(buckets · log W). Rises and falls alike; there is no
 * reference, so slow decay is absorbed and a recovery alarms too. Older releases of river leave
 * out the cut after the newest bucket of each size and so find less; this is the rule of river 0.26. Constant values: quiet.
 *
 * @example createAdaptiveWindow().alarms([...new Array(200).fill(0), ...new Array(200).fill(1)]) // [223]
 */
export function createAdaptiveWindow(
  options: AdaptiveWindowOptions = {},
): ClassicalDetector<AdaptiveWindowState> {
  const kept = { ...DEFAULTS, ...options };
  return classicalDetector(
    () => ({ ticks: 0, width: 0, total: 0, squares: 0, levels: [{ totals: [], squares: [] }] }),
    (state, value) => {
      insert(state, value, kept.bucketsPerSize);
      state.ticks++;
      if (state.ticks % kept.clock !== 0 || state.width <= kept.grace) return "quiet";
      let cut = false;
      while (holdsCut(state, kept)) {
        dropOldest(state);
        cut = true;
      }
      return cut ? "drift" : "quiet";
    },
  );
}

function insert(state: AdaptiveWindowState, value: number, perSize: number): void {
  const { width, total } = state;
  if (width > 0) state.squares += (width * (value - total / width) ** 2) / (width + 1);
  state.width++;
  state.total += value;
  let carried = { total: value, squares: 0 };
  for (let level = 0; ; level++) {
    const buckets = state.levels[level] ?? { totals: [], squares: [] };
    state.levels[level] = buckets;
    buckets.totals.push(carried.total);
    buckets.squares.push(carried.squares);
    if (buckets.totals.length <= perSize) return;
    carried = joined(buckets, 2 ** level);
  }
}

/** Takes the two oldest buckets out and joins them. */
function joined(buckets: Level, size: number): { total: number; squares: number } {
  const [first = 0, second = 0] = buckets.totals.splice(0, 2);
  const [a = 0, b = 0] = buckets.squares.splice(0, 2);
  return { total: first + second, squares: a + b + (first - second) ** 2 / (2 * size) };
}

function dropOldest(state: AdaptiveWindowState): void {
  const level = state.levels.length - 1;
  const oldest = state.levels[level];
  const size = 2 ** level;
  const total = oldest?.totals.shift() ?? 0;
  const squares = oldest?.squares.shift() ?? 0;
  state.width -= size;
  state.total -= total;
  const gap = total / size - state.total / state.width;
  state.squares -= squares + (size * state.width * gap * gap) / (size + state.width);
  if (oldest?.totals.length === 0) state.levels.pop();
}

function holdsCut(state: AdaptiveWindowState, options: { confidence: number; partMin: number }): boolean {
  const variance = state.squares / state.width;
  let older = 0;
  let olderTotal = 0;
  for (let level = state.levels.length - 1; level >= 0; level--) {
    const totals = state.levels[level]?.totals ?? [];
    for (let bucket = 0; bucket < totals.length; bucket++) {
      older += 2 ** level;
      olderTotal += totals[bucket] ?? 0;
      const newer = state.width - older;
      if (older < options.partMin || newer < options.partMin) continue;
      const gap = Math.abs(olderTotal / older - (state.total - olderTotal) / newer);
      if (gap > adaptiveWindowCut({ width: state.width, older, newer, variance }, options)) return true;
    }
  }
  return false;
}
