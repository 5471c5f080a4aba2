import {
  boundHeavyHitters,
  type HeavyHitters,
  mergeHeavyHitters,
} from "#server/stats/sketch/heavy-hitters.ts";

/** The heaviest values that no reference knew, value → count. */
export type NewValues = HeavyHitters;

const MAX_NEW_VALUES = 16;

/** Every value kept has at most its true count, and at least that less 1/17 of all that were counted. */
export function mergeNewValues(a: NewValues, b: NewValues): NewValues {
  return mergeHeavyHitters(a, b, MAX_NEW_VALUES);
}

export function boundNewValues(values: NewValues): NewValues {
  return boundHeavyHitters(values, MAX_NEW_VALUES);
}
