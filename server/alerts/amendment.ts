import type { AlertRow } from "#db/queries/alerts.ts";
import type { CloseReason } from "#server/alerts/transition.ts";
import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";
import { plural, valueWriter } from "#server/monitors/metric-text.ts";

type Dated = Pick<
  AlertRow,
  "rule" | "kind" | "openedSlot" | "closedSlot" | "closedAt" | "closeReason" | "fired" | "opening"
>;

/** What late data changed about an alert, as lines for its timeline. A line with a key replaces the one before it. */
export function amendmentsOf(before: Dated, after: Dated): { key: string | null; text: string }[] {
  const lines: { key: string | null; text: string }[] = [];
  if (before.closedSlot !== null && after.closedSlot === null) {
    lines.push({ key: null, text: "Late data: the alert is open again." });
  } else if (
    before.closedSlot !== null &&
    after.closedSlot !== null &&
    before.closedSlot !== after.closedSlot
  ) {
    const text = `Late data: it ended at ${utc(after.closedSlot)}, not at ${utc(before.closedSlot)}.`;
    lines.push({ key: "ended", text });
  }
  if (before.openedSlot !== after.openedSlot) {
    const text = `Late data: it fired at ${utc(after.openedSlot)}, not at ${utc(before.openedSlot)}.`;
    lines.push({ key: "fired-at", text });
  }
  const numbers = numbersText(after.rule, after.fired, after.opening);
  if (numbers !== null && !sameNumbers(before.opening, after.opening)) {
    lines.push({ key: "numbers", text: numbers });
  }
  return lines;
}

/** "Late labels confirm it: the window that fired read 0.63 with 230 labelled rows then, and 0.66 with 500 now." */
function numbersText(rule: MonitorRule, fired: BacktestSlot | null, now: BacktestSlot | null): string | null {
  if (fired?.value == null || now?.value == null || sameNumbers(fired, now)) return null;
  const needsLabels = findMetric(rule.metric)?.needsLabels ?? false;
  const unit = needsLabels ? "labelled row" : "row";
  const write = valueWriter(rule.metric, rule.limit, [fired.value, now.value]);
  const late = needsLabels ? "Late labels" : "Late rows";
  return `${late} confirm it: the window that fired read ${write.value(fired.value)} with ${plural(fired.n, unit)} then, and ${write.value(now.value)} with ${plural(now.n, unit)} now.`;
}

function sameNumbers(a: BacktestSlot | null, b: BacktestSlot | null): boolean {
  return a?.at === b?.at && a?.value === b?.value && a?.n === b?.n;
}

export function withdrawalText(row: Pick<AlertRow, "rule" | "kind">): string {
  if (row.kind === "no-data") return "Withdrawn: rows for the silent windows came late.";
  return findMetric(row.rule.metric)?.needsLabels
    ? "Withdrawn by late labels: with them, the windows are not beyond the limit."
    : "Withdrawn by late rows: with them, the windows are not beyond the limit.";
}

export function closeText(reason: CloseReason | null): string {
  switch (reason) {
    case "series-gone":
      return "The segment no longer reports.";
    case "rule-changed":
      return "Closed because the rule was changed.";
    case "paused":
      return "Closed because the monitor was paused.";
    case "deleted":
      return "Closed because the monitor was deleted.";
    case "by-person":
      return "Resolved by hand.";
    case "retracted":
      return "Withdrawn by late data.";
    default:
      return "Within the limit again.";
  }
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
