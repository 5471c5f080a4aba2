import { setImmediate } from "node:timers/promises";

/** Long enough to be worth the switch, short enough that a page's question in between is not felt to wait. */
const SLICE_MS = 25;

/** Runs a computation to its end and lets the thread answer others between its steps. */
export async function inSlices<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
