import { ServiceError } from "#server/kernel/errors.ts";
import { meant, nearMatches } from "#server/metrics/near-matches.ts";

const SHOWN_MAX = 80;

/** Names come from a caller's query and are shown back to the same caller only; long ones are cut. */
export function shown(name: string): string {
  return name.length > SHOWN_MAX ? `${name.slice(0, SHOWN_MAX)}…` : name;
}

/** Names near what was asked for; where none is near, the first of those that there are. */
function orExamples(name: string, known: readonly string[]): string {
  const near = nearMatches(name, known);
  if (near.length > 0) return meant(near);
  if (known.length === 0) return "";
  const rest = known.length > 5 ? ", …" : "";
  return ` There are: ${known.slice(0, 5).join(", ")}${rest}.`;
}

export function unknownName(
  what: "metric" | "feature" | "window" | "version" | "segment" | "segment key" | "reference",
  name: string,
  known: readonly string[],
  of = "",
): ServiceError {
  const path = what === "segment key" ? "segment" : what;
  return new ServiceError(
    "bad_request",
    `There is no ${what} \`${shown(name)}\`${of}.${orExamples(name, known)}`,
    {
      reason: `unknown_${what.replace(" ", "_")}`,
      errors: [{ path, code: `unknown_${what.replace(" ", "_")}`, message: `No such ${what}.` }],
    },
  );
}

export function badQuery(reason: string, path: string, message: string): ServiceError {
  return new ServiceError("bad_request", message, { reason, errors: [{ path, code: reason, message }] });
}
