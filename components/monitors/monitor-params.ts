import { parseAsFloat, parseAsString, parseAsStringLiteral } from "nuqs";

/** What a chart, a table or a link hands to a new monitor; `limit` also keeps a limit that is being tried. */
export const monitorParsers = {
  metric: parseAsString,
  feature: parseAsString,
  segment: parseAsString,
  version: parseAsString,
  window: parseAsString,
  limit: parseAsFloat,
  decide: parseAsStringLiteral(["window", "evidence"] as const),
  /** Id of a monitor whose rule is the start. */
  from: parseAsString,
};
