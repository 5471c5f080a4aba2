import { z } from "zod";
import { type RatePoint, ScopeInput, WINDOWS, type WindowName } from "#server/api/contract.ts";

export const LabelAgesInput = ScopeInput.omit({ segment: true }).extend({
  window: z.enum(WINDOWS).optional(),
});

/** What was known of some predictions once their labels were at most so old. */
export interface KnownAtAge {
  /** Null: all labels, however late. */
  withinDays: number | null;
  labelled: number;
  /** Of all predictions, the share that had a label by then. */
  coverage: number;
  /** Binary models only; null where there is nothing to divide by. */
  accuracy: RatePoint | null;
  precision: RatePoint | null;
  recall: RatePoint | null;
}

export interface LabelAgesAnswer {
  model: string;
  window: WindowName;
  /** Predictions of windows that know the age of their labels. */
  predictions: number;
  /** Windows that were stored before ages were counted are left out. */
  windowsWithoutAges: number;
  /** Youngest first; empty without labels. */
  ages: KnownAtAge[];
  /** The newest window that has reached an age, beside earlier windows as they were at that same age. */
  equalAge: {
    withinDays: number;
    from: string;
    to: string;
    now: KnownAtAge;
    /** Medians over the earlier windows. */
    before: {
      windows: number;
      coverage: number;
      accuracy: number | null;
      precision: number | null;
      recall: number | null;
    };
  } | null;
}
