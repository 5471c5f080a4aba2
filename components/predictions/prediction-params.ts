import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs";

export const predictionParsers = {
  q: parseAsString.withDefault(""),
  sort: parseAsStringLiteral(["-ts", "ts"]).withDefault("-ts"),
  /** Shown columns beside the fixed ones; null: the usual ones. */
  cols: parseAsArrayOf(parseAsString, "~"),
  /** The prediction that is open. A step that back can undo. */
  row: parseAsString.withOptions({ history: "push" }),
};
