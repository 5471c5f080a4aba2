/**
 * Runs a computation that can be interrupted to its end: what generators of this folder answer.
 *
 * @example runToEnd(fitLogistic({ rows: 0, columns: 0, values: [] }, [])).weights.length // 0
 */
export function runToEnd<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
