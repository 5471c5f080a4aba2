import { integer, listed, percent, plural, range, times } from "#components/ui/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import {
  agoText,
  dateText,
  durationText,
  instantText,
  parseInstant,
  windowText,
} from "#components/ui/time.ts";
import type {
  CheckState,
  QualityAnswer,
  QualityCheck,
  Season,
  Violation,
  VolumePoint,
} from "#server/api/contracts/quality.ts";

/** What a check found, after the feature's name. */
export const CHECK_WORDS: Record<QualityCheck, string> = {
  missing: "missing",
  type: "wrong type",
  text: "number sent as text",
  range: "out of range",
  new: "new values",
};

export const CHECK_STATE_WORDS: Record<CheckState, string> = {
  ok: "within its limit",
  may: "may be beyond its limit",
  beyond: "beyond its limit",
  spells: "whole spells within",
  low: "too few rows",
  none: "no rows",
  learning: "no reference",
};

export interface QualitySentence {
  icon: IconName;
  say: string;
  more: string;
}

interface When {
  zone: string;
  nowMs: number;
}

/** Is the data arriving, complete and in shape? */
export function qualitySentence(answer: QualityAnswer, when: When): QualitySentence {
  const { icon, say } = arrivalSentence(answer, when);
  const bad = answer.violations.filter(({ now }) => now);
  const shape = [violationWords(answer.violations), schemaWords(answer), clientWords(answer)];
  return {
    icon: icon === "ok" && bad.length > 0 ? "ticket" : icon,
    say,
    more: shape.filter((words) => words !== "").join(" "),
  };
}

function arrivalSentence(answer: QualityAnswer, when: When): Omit<QualitySentence, "more"> {
  const { arrival } = answer;
  const newestMs = parseInstant(arrival.newest);
  const newest = newestMs === null ? "" : agoText(newestMs, when.nowMs, when.zone);
  switch (arrival.state) {
    case "never":
      return { icon: "nodata", say: "No data: nothing has ever arrived for this model." };
    case "young":
      return {
        icon: "learning",
        say: `${plural(arrival.rows, "row")} so far: too few to say what is usual. Newest ${newest}.`,
      };
    case "silent":
      return { icon: "page", say: `No data: ${silenceWords(answer)}` };
    case "late":
      return {
        icon: "ticket",
        say: `Late data: rows still arrive, but with old times. The newest is of ${
          newestMs === null ? "" : instantText(newestMs, when.zone, when.nowMs)
        }, received ${receivedWords(answer, when)}.`,
      };
    case "imported":
      return importedSentence(answer, when, newestMs);
    case "normal":
      return normalSentence(answer, newest, when);
  }
}

function silenceWords({ arrival }: QualityAnswer): string {
  const silence = arrival.silenceMs === null ? "a while" : durationText(arrival.silenceMs);
  const expected =
    arrival.expectedInSilence === null
      ? ""
      : ` About ${integer(arrival.expectedInSilence)} rows were expected since.`;
  const alarm =
    arrival.alarmAfterMs === null
      ? ""
      : ` From ${durationText(arrival.alarmAfterMs)} on that is no longer chance.`;
  return `nothing has arrived for ${silence}.${expected}${alarm}`;
}

function receivedWords({ arrival }: QualityAnswer, { nowMs, zone }: When): string {
  const received = parseInstant(arrival.lastReceivedAt);
  return received === null ? "at an unknown time" : agoText(received, nowMs, zone);
}

function importedSentence(
  answer: QualityAnswer,
  when: When,
  newestMs: number | null,
): Omit<QualitySentence, "more"> {
  const last = lastFull(answer.volume);
  const until = newestMs === null ? "" : ` up to ${dateText(newestMs, when.zone)}`;
  const rows =
    last === null
      ? ""
      : `: ${rowsWords(last, windowText(Date.parse(last.from), Date.parse(last.to), when.zone))}`;
  return {
    icon: last?.state === "low" || last?.state === "high" ? "ticket" : "ok",
    say: `Imported history${until}${rows}. It did not arrive as it was made, so silence since then says nothing.`,
  };
}

function normalSentence(
  answer: QualityAnswer,
  newest: string,
  { zone }: When,
): Omit<QualitySentence, "more"> {
  const last = lastFull(answer.volume);
  if (last === null) return { icon: "ok", say: `Data is arriving: newest ${newest}.` };
  const rows = rowsWords(last, windowText(Date.parse(last.from), Date.parse(last.to), zone));
  if (last.state === "low")
    return { icon: "ticket", say: `Fewer rows than usual: ${rows}, newest ${newest}.` };
  if (last.state === "high")
    return { icon: "ticket", say: `More rows than usual: ${rows}, newest ${newest}.` };
  const normally = last.state === "usual" ? " normally" : "";
  return { icon: "ok", say: `Data is arriving${normally}: ${rows}, newest ${newest}.` };
}

/** `954 rows on 28 Oct (expected 884–1,106)` */
function rowsWords({ rows, expected }: VolumePoint, when: string): string {
  const band = expected === null ? "" : ` (expected ${range(expected.lo, expected.hi, integer)})`;
  return `${plural(rows, "row")} ${when.startsWith("week") ? "in the" : "on"} ${when}${band}`;
}

/** The newest window that is over. */
export function lastFull(volume: readonly VolumePoint[]): VolumePoint | null {
  return volume.findLast((point) => !point.open) ?? null;
}

const NAMED_MAX = 3;
function violationWords(violations: readonly Violation[]): string {
  const now = violations.filter((violation) => violation.now);
  const earlier = violations.length - now.length;
  const before =
    earlier === 0 ? "" : ` ${plural(earlier, "check was", "checks were")} beyond earlier in the range.`;
  if (now.length === 0) return `No check is beyond its limit now.${before}`;
  const named = now.slice(0, NAMED_MAX).map(violationName);
  const rest = now.length > NAMED_MAX ? [`${integer(now.length - NAMED_MAX)} more`] : [];
  return `${plural(now.length, "check is", "checks are")} beyond the limit now: ${listed([...named, ...rest])}.${before}`;
}

/** `wind_gust missing (1.4× its limit)` */
export function violationName({ feature, check, ratio, rate }: Violation): string {
  const how = ratio === null ? percent(rate) : `${times(ratio)} its limit`;
  return `${feature} ${CHECK_WORDS[check]} (${how})`;
}

function schemaWords({ schema }: QualityAnswer): string {
  const of = (state: string) => schema.filter((row) => row.state === state).map(({ feature }) => feature);
  const words = [
    [of("missing"), "absent from all rows"],
    [of("type changed"), "of another type"],
    [of("constant"), "constant"],
  ] as const;
  const told = words.filter(([names]) => names.length > 0).map(([names, what]) => `${listed(names)} ${what}`);
  return told.length === 0 ? "" : `Schema: ${told.join("; ")}.`;
}

function clientWords({ arrival }: QualityAnswer): string {
  if (arrival.state === "never") return "";
  return arrival.dropped === null
    ? "Whether a client drops rows is not known: none reports it."
    : `Clients say that they dropped ${plural(arrival.dropped, "row")}.`;
}

/** What the band behind the bars is told from. */
export function seasonWords({ kind, weeks }: Season): string {
  const history = weeks < 2 ? durationText(weeks * 7 * 86_400_000) : `${integer(Math.floor(weeks))} weeks`;
  switch (kind) {
    case "none":
      return weeks === 0
        ? "nothing is said of what is usual for a segment"
        : `${history} of history: too short to say what is usual`;
    case "day-night":
      return `band: usual by day and by night, from ${history} (four weeks tell every hour of the week)`;
    case "hour-of-week":
      return `band: usual for this hour of the week, from ${history}`;
    case "day-of-week":
      return `band: usual for this day of the week, from ${history}`;
    case "all-alike":
      return `band: usual for any window, from ${history}`;
  }
}

/** `11 hours in a row from 22 Oct 11:00` */
export function spellWords({ spells, spellWidth, longestSpell }: Violation, zone: string): string | null {
  if (spells === 0 || longestSpell === null) return null;
  const whole = `${plural(spells, `whole ${spellWidth}`)}`;
  if (longestSpell.windows < 2)
    return `${whole}, the first ${instantText(Date.parse(longestSpell.from), zone)}`;
  return `${whole}, at most ${integer(longestSpell.windows)} in a row from ${instantText(Date.parse(longestSpell.from), zone)}`;
}

/** ×1,900; beyond a million more says nothing. */
export function factorWords(log10: number): string {
  return log10 < 6 ? `×${integer(Math.round(10 ** log10))}` : "over ×1,000,000";
}
