import { createParser, parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs";
import { FIXED_WINDOWS, parseRange, type TimeRange, writeRange } from "#components/shell/time-range.ts";

const range = createParser<TimeRange>({ parse: parseRange, serialize: writeRange });

/** State that pages of a model share in the URL. `t`, `v`, `seg` are steps back can undo; the rest is replaced. */
export const scopeParsers = {
  t: range.withOptions({ history: "push" }),
  w: parseAsStringLiteral(["auto", ...FIXED_WINDOWS]).withDefault("auto"),
  v: parseAsString.withDefault("live").withOptions({ history: "push" }),
  seg: parseAsArrayOf(parseAsString, "~").withDefault([]).withOptions({ history: "push" }),
  tz: parseAsString.withDefault("utc"),
};

/** What goes along from tab to tab of one model. */
export const CARRIED_KEYS = ["t", "w", "v", "seg", "tz"] as const;
