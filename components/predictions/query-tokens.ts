/** One word of a query as it was typed; quotes keep blanks and commas inside a value. */
export interface RawToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const isGap = (char: string | undefined) => char === " " || char === "," || char === "\t" || char === "\n";

/** Splits at blanks and commas outside quotes. A quote that never closes runs to the end. */
export function splitQuery(query: string): RawToken[] {
  const tokens: RawToken[] = [];
  let at = 0;
  while (at < query.length) {
    while (at < query.length && isGap(query[at])) at++;
    const start = at;
    let quoted = false;
    while (at < query.length && (quoted || !isGap(query[at]))) {
      if (query[at] === '"') quoted = !quoted;
      at++;
    }
    if (at > start) tokens.push({ text: query.slice(start, at), start, end: at });
  }
  return tokens;
}

/** Takes the quotes off a value. */
export function unquote(value: string): string {
  return value.replaceAll('"', "");
}

/** Puts quotes around a value that would fall apart, or read as a range, without them. */
export function quote(value: string): string {
  return value === "" || /[\s,|"]|^[<>=!-]|\.\.|^(null|\*)$/.test(value)
    ? `"${value.replaceAll('"', "")}"`
    : value;
}
