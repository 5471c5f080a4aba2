import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";

/**
 * What one window says about a rule. `missing`: the model had rows, the rule's segment had none.
 * `no-data`: the model had no row at all. `error`: the window could not be computed.
 */
export type Observation = "breach" | "band" | "clear" | "not-enough-data" | "missing" | "no-data" | "error";

type Numbers = Pick<BacktestSlot, "value" | "lo" | "hi" | "n" | "status" | "rows" | "evidence">;

/**
 * A silent window is a count of zero to a rule that watches for few rows, unless that rule asked for silence to be an
 * alert of its own; to every other rule it is the absence of an answer.
 */
export function judgeSilence(rule: MonitorRule): Observation {
  if (rule.metric !== "volume" || rule.noDataWindows !== null) return "no-data";
  return compare({ value: 0, lo: null, hi: null }, rule);
}

export function judge(slot: Numbers, rule: MonitorRule): Observation {
  if (slot.status === "EMPTY" && slot.rows === 0) return "missing";
  if (rule.decide === "evidence") return judgeEvidence(slot, rule);
  if (slot.value === null || HOLD.has(slot.status)) return "not-enough-data";
  // A count is its own sample size: few rows is the very thing that a volume rule looks for.
  if (rule.metric !== "volume" && slot.n < rule.minN) return "not-enough-data";
  return compare({ value: slot.value, lo: slot.lo, hi: slot.hi }, rule);
}

/** Evidence needs no minimum to alarm: few rows add little to it. To be clear again takes rows. */
function judgeEvidence({ evidence, n }: Numbers, rule: MonitorRule): Observation {
  if (evidence === undefined || evidence === null) return "not-enough-data";
  if (evidence.log10 >= evidence.line) return "breach";
  if (evidence.holds) return "band";
  return n < rule.minN ? "not-enough-data" : "clear";
}

const HOLD: ReadonlySet<BacktestSlot["status"]> = new Set(["LOW_N", "EMPTY", "UNDEFINED", "IMMATURE"]);

function compare(
  point: { value: number; lo: number | null; hi: number | null },
  rule: MonitorRule,
): "breach" | "band" | "clear" {
  // Seen from "above"; a rule that watches for low values is the mirror image.
  const sign = rule.op === "above" ? 1 : -1;
  const nearEnd = rule.op === "above" ? point.lo : point.hi;
  const decisive = rule.wholeInterval && nearEnd !== null ? nearEnd : point.value;
  if (sign * decisive > sign * rule.limit) return "breach";
  const clearLevel = rule.clear ?? rule.limit;
  return sign * point.value <= sign * clearLevel ? "clear" : "band";
}
