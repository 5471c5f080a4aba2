import { parseAsFloat, parseAsString, parseAsStringLiteral } from "nuqs";

const DECISION_ROWS = ["range", "last"] as const;

export const performanceParsers = {
  m: parseAsString.withOptions({ history: "push" }),
  /** A threshold that is being tried; left out while it is the deployed one. */
  cut: parseAsFloat.withOptions({ throttleMs: 200 }),
  /** Which rows the decisions and curves are made of. */
  rows: parseAsStringLiteral(DECISION_ROWS).withDefault("range"),
  /** The key of the segment table. */
  by: parseAsString,
};
