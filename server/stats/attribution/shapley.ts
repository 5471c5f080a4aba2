import { seededGenerator } from "../random/seeded-generator.ts";

/**
 * What a coalition of players reaches: bit k of `coalition` says whether player k takes part. Null: undefined.
 */
export type CoalitionValue = (coalition: number) => number | null;

/** Up to this many players all coalitions are looked at. */
export const EXACT_PLAYERS_MAX = 4;
const PLAYERS_MAX = 30;
const PERMUTATION_PAIRS = 100;

export interface ShapleyValues {
  readonly values: readonly number[];
  /** Standard error of each from the drawn permutations; null when the values are exact. */
  readonly standardErrors: readonly number[] | null;
}

/**
 * Shapley values: how much of v(all) − v(nobody) is owed to each player, averaged over every order of joining.
 *
 * φ_k = Σ over S without k of |S|! (p − |S| − 1)!/p! · (v(S ∪ k) − v(S)) (Shapley 1953). Σ φ = v(all) − v(nobody); a player
 * who never changes v has 0; no order is preferred. Up to four players: exact. More: 100 seeded permutations, each with
 * its reverse (antithetic), and standard errors over the pairs; the sum stays exact. Null when v is undefined for a
 * coalition that is met. Above 30 players: RangeError. `v` is asked at most once a coalition.
 *
 * @example shapleyValues(2, (coalition) => [0, 1, 3, 10][coalition])?.values // [4, 6]
 */
export function shapleyValues(
  players: number,
  value: CoalitionValue,
  seed = "shapley",
): ShapleyValues | null {
  if (!(players >= 0 && players <= PLAYERS_MAX)) {
    throw new RangeError(`Shapley values are computed for at most ${PLAYERS_MAX} players.`);
  }
  const known = remembered(value);
  if (players > EXACT_PLAYERS_MAX) return sampled(players, known, seed);
  const values = Array.from({ length: players }, (_, player) => exact(players, player, known));
  return values.every((one) => one !== null) ? { values, standardErrors: null } : null;
}

function exact(players: number, player: number, value: CoalitionValue): number | null {
  const bit = 1 << player;
  let sum = 0;
  for (let coalition = 0; coalition < 1 << players; coalition++) {
    if ((coalition & bit) !== 0) continue;
    const with_ = value(coalition | bit);
    const without = value(coalition);
    if (with_ === null || without === null) return null;
    sum += orderWeight(sizeOf(coalition), players) * (with_ - without);
  }
  return sum;
}

/** |S|! (p − |S| − 1)! ÷ p!: the share of orders in which exactly these joined before. */
function orderWeight(size: number, players: number): number {
  let choices = 1;
  for (let step = 1; step <= size; step++) choices = (choices * (players - step)) / step;
  return 1 / (players * choices);
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let rest = coalition; rest > 0; rest &= rest - 1) size++;
  return size;
}

function sampled(players: number, value: CoalitionValue, seed: string): ShapleyValues | null {
  const next = seededGenerator(seed);
  const sum = new Float64Array(players);
  const squares = new Float64Array(players);
  for (let pair = 0; pair < PERMUTATION_PAIRS; pair++) {
    const order = shuffled(players, next);
    const there = marginals(order, value);
    const back = marginals(order.toReversed(), value);
    if (there === null || back === null) return null;
    for (let player = 0; player < players; player++) {
      const mean = ((there[player] ?? 0) + (back[player] ?? 0)) / 2;
      sum[player] = (sum[player] ?? 0) + mean;
      squares[player] = (squares[player] ?? 0) + mean * mean;
    }
  }
  const values = Array.from(sum, (total) => total / PERMUTATION_PAIRS);
  const standardErrors = values.map((mean, player) => {
    const spread = Math.max(0, (squares[player] ?? 0) / PERMUTATION_PAIRS - mean * mean);
    return Math.sqrt(spread / (PERMUTATION_PAIRS - 1));
  });
  return { values, standardErrors };
}

function marginals(order: readonly number[], value: CoalitionValue): Float64Array | null {
  const gains = new Float64Array(order.length);
  let coalition = 0;
  let before = value(0);
  for (const player of order) {
    coalition |= 1 << player;
    const after = value(coalition);
    if (before === null || after === null) return null;
    gains[player] = after - before;
    before = after;
  }
  return gains;
}

/** Fisher and Yates. */
function shuffled(length: number, next: () => number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

function remembered(value: CoalitionValue): CoalitionValue {
  const known = new Map<number, number | null>();
  return (coalition) => {
    const found = known.get(coalition);
    if (found !== undefined) return found;
    const made = value(coalition);
    known.set(coalition, made);
    return made;
  };
}
