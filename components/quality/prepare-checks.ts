import { CHECK_STATE_WORDS, CHECK_WORDS } from "#components/quality/quality-words.ts";
import { integer, percent } from "#components/ui/format.ts";
import { windowText } from "#components/ui/time.ts";
import type { CheckRow, CheckState, QualityAnswer } from "#server/api/contracts/quality.ts";

export interface CheckLine {
  key: string;
  feature: string;
  /** `pressure missing` */
  label: string;
  limit: number | null;
  /** One a window. */
  states: readonly CheckState[];
  beyond: number;
  judged: number;
  /** Spoken: what the strip shows. */
  summary: string;
  /** Of one window, for its tooltip. */
  words: (index: number) => string;
}

/** The letters in which the answer writes a row; `CHECK_LETTERS` of its contract, which a page must not pull in. */
export const STATE_OF_LETTER: Readonly<Record<string, CheckState>> = {
  o: "ok",
  m: "may",
  b: "beyond",
  s: "spells",
  l: "low",
  n: "none",
  r: "learning",
};

/** Rows of the grid, those with most windows beyond their limit first. */
export function prepareChecks(
  { checks, volume }: Pick<QualityAnswer, "checks" | "volume">,
  zone: string,
): CheckLine[] {
  return checks
    .map((row) => checkLine(row, volume, zone))
    .sort((a, b) => b.beyond - a.beyond || a.label.localeCompare(b.label));
}

function checkLine(row: CheckRow, volume: QualityAnswer["volume"], zone: string): CheckLine {
  const states = [...row.states].map((letter) => STATE_OF_LETTER[letter] ?? "none");
  const beyond = states.filter((state) => state === "beyond" || state === "spells").length;
  const judged = states.filter((state) => state !== "none" && state !== "low" && state !== "learning").length;
  const label = `${row.feature} ${CHECK_WORDS[row.check]}`;
  return {
    key: `${row.check} ${row.feature}`,
    feature: row.feature,
    label,
    limit: row.limit,
    states,
    beyond,
    judged,
    summary: `${label}: beyond its limit in ${integer(beyond)} of ${integer(judged)} windows`,
    words: (index) => {
      const point = volume[index];
      const when =
        point === undefined ? "" : `, ${windowText(Date.parse(point.from), Date.parse(point.to), zone)}`;
      const n = row.n[index] ?? 0;
      const bad = row.bad[index] ?? 0;
      const rate = n > 0 ? `: ${percent(bad / n)} (${integer(bad)} of ${integer(n)})` : "";
      return `${label}${when}${rate}, ${CHECK_STATE_WORDS[states[index] ?? "none"]}`;
    },
  };
}

/** Lines of the grid as runs of one state, so that a month of hours stays a few hundred shapes. */
export function stateRuns(
  states: readonly CheckState[],
): { state: CheckState; from: number; length: number }[] {
  const runs: { state: CheckState; from: number; length: number }[] = [];
  for (const [index, state] of states.entries()) {
    const last = runs.at(-1);
    if (last?.state === state) last.length += 1;
    else runs.push({ state, from: index, length: 1 });
  }
  return runs;
}
