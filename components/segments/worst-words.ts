import { change, fixed, percent, plural } from "#components/ui/format.ts";
import type { WorstSlices } from "#server/api/contracts/segments.ts";

const NAMES: Readonly<Record<string, string>> = {
  wrong: "wrong decisions",
  wrong_among_called: "false alarms among those called",
  missed: "missed positives",
  without_label: "rows without a label",
  null_rate: "missing values",
  log_loss: "log loss",
  brier: "Brier score",
  mae: "absolute error",
};
const SHARES = new Set(["wrong", "wrong_among_called", "missed", "without_label", "null_rate"]);

export function lossName(loss: string): string {
  return NAMES[loss] ?? loss;
}

/** A loss, or a difference of two where `signed`. */
export function lossText(loss: string, value: number, signed = false): string {
  if (SHARES.has(loss)) return signed ? `${change(100 * value, 1)} points` : percent(value, 1);
  const digits = loss === "mae" ? 2 : 3;
  return signed ? change(value, digits) : fixed(value, digits);
}

/** “2 slices have surely more wrong decisions than the rest.” */
export function worstSentence({ slices, loss }: Pick<WorstSlices, "slices" | "loss">): string {
  const supported = slices.filter((slice) => slice.supported).length;
  const what = SHARES.has(loss) ? `more ${lossName(loss)}` : `a higher ${lossName(loss)}`;
  if (supported === 0) return `No slice has ${what} than the rest for sure.`;
  return `${plural(supported, "slice")} ${supported === 1 ? "has" : "have"} ${what} than the rest.`;
}
