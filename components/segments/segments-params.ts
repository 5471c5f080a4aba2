import { parseAsString, parseAsStringLiteral } from "nuqs";

export const COMPARISONS = ["prev", "week", "ref"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const segmentsParsers = {
  key: parseAsString.withOptions({ history: "push" }),
  m: parseAsString.withOptions({ history: "push" }),
  /** What the range is compared with. */
  cmp: parseAsStringLiteral(COMPARISONS).withDefault("prev"),
};
