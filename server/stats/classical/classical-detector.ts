/** What a classical detector says after one more value. */
export type Verdict = "quiet" | "warning" | "drift";

/**
 * What every detector of this folder is: a recursion over single values, oldest first. They are here to compare with and
 * to migrate from. None has an anytime guarantee: no bound holds on how often they alarm while nothing changes.
 */
export interface ClassicalDetector<State> {
  /** The state before the first value. */
  start(): State;
  /** Takes one more value into `state`. After "drift" the caller goes on from a new start(). NaN throws a RangeError. */
  stepInto(state: State, value: number): Verdict;
  /** The rows (from 0) at which it says "drift", starting anew after each. */
  alarms(values: ArrayLike<number>): number[];
}

/**
 * A detector from its recursion.
 *
 * @example classicalDetector(() => ({ sum: 0 }), (state, value) => ((state.sum += value) > 2 ? "drift" : "quiet")).alarms([1, 1, 1, 1, 1, 1]) // [2, 5]
 */
export function classicalDetector<State>(
  start: () => State,
  stepInto: (state: State, value: number) => Verdict,
): ClassicalDetector<State> {
  const alarms = (values: ArrayLike<number>): number[] => {
    const rows: number[] = [];
    let state = start();
    for (let row = 0; row < values.length; row++) {
      if (stepInto(state, checkedValue(values[row] ?? Number.NaN)) !== "drift") continue;
      rows.push(row);
      state = start();
    }
    return rows;
  };
  return { start, stepInto: (state, value) => stepInto(state, checkedValue(value)), alarms };
}

/** No recursion recovers from NaN. */
function checkedValue(value: number): number {
  if (Number.isNaN(value)) throw new RangeError("A detector needs numbers; leave missing values out.");
  return value;
}
