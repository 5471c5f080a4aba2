import { parseAsBoolean, parseAsFloat, parseAsString, parseAsStringLiteral } from "nuqs";
import { FAIRNESS_CRITERIA } from "#server/api/contracts/fairness.ts";

/** The owner's choice is the address: a link to the page is a link to the criterion, the groups and the reference. */
export const fairnessParsers = {
  by: parseAsString.withOptions({ history: "push" }),
  criterion: parseAsStringLiteral(FAIRNESS_CRITERIA).withOptions({ history: "push" }),
  ref: parseAsString.withOptions({ history: "push" }),
  outcome: parseAsString.withOptions({ history: "push" }),
  /** The group whose gap is shown over time. */
  g: parseAsString,
  /** A threshold that is being tried. */
  cut: parseAsFloat.withOptions({ throttleMs: 300 }),
  /** Groups under 2 % of the rows are left out of the impact ratios. */
  small: parseAsBoolean.withDefault(false),
};
