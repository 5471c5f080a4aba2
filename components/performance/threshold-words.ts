import type { Decisions } from "./threshold-table.ts";

export interface WordFormat {
  readonly integer: (value: number) => string;
  readonly percent: (value: number) => string;
}

const share = (value: number | null, format: WordFormat) => (value === null ? "none" : format.percent(value));

function difference(now: number, then: number, format: WordFormat): string {
  if (now === then) return "no more and no fewer";
  return `${format.integer(Math.abs(now - then))} ${now > then ? "more" : "fewer"}`;
}

/** What moving the threshold does, in rows rather than in points. */
export function thresholdSentence(
  tried: Decisions,
  deployed: Decisions,
  names: { positive: string; tried: string; deployed: string; moved: boolean },
  format: WordFormat,
): string {
  if (!names.moved) {
    return `As deployed, ${share(tried.recall.value, format)} of ${names.positive} rows are called ${names.positive}; ${share(tried.precision.value, format)} of those calls are right.`;
  }
  const caught = difference(tried.tally.tp, deployed.tally.tp, format);
  const alarms = difference(tried.tally.fp, deployed.tally.fp, format);
  const wrong = `${share(deployed.wrong.value, format)} → ${share(tried.wrong.value, format)}`;
  return `From ${names.deployed} to ${names.tried}: ${caught} ${names.positive} rows caught, ${alarms} others called ${names.positive}; wrong decisions ${wrong}.`;
}
