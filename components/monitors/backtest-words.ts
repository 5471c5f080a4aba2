import { budgetWords } from "#components/evidence/evidence-words.ts";
import { type BacktestView, WINDOWS_TO_JUDGE } from "#components/monitors/backtest-model.ts";
import { windowAdjective } from "#components/monitors/monitor-words.ts";
import { integer, percent, plural } from "#components/ui/format.ts";
import { metricLimit } from "#components/ui/metric-words.ts";
import { DAY_MS, durationText, HOUR_MS } from "#components/ui/time.ts";
import type { MonitorRule } from "#server/api/contract.ts";

/** `61 h`, `49 d`: how long in one unit, for a headline. */
export function spanText(spanMs: number): string {
  if (spanMs === 0) return "0 h";
  if (spanMs < HOUR_MS) return durationText(spanMs);
  if (spanMs < 7 * DAY_MS) return `${integer(spanMs / HOUR_MS)} h`;
  return `${integer(spanMs / DAY_MS)} days`;
}

const times = (count: number) => (count === 1 ? "once" : count === 2 ? "twice" : `${integer(count)} times`);

export function headline(view: BacktestView): string {
  if (view.judged + view.lowN + view.noData === 0) return "There is no history to try this rule on yet.";
  if (view.judged === 0) return "No window of the history can be judged by this rule.";
  const span = spanText(view.spanMs);
  if (view.fires.length === 0) return `It would not have fired in ${span}.`;
  const open = view.openNow ? " and it would be open now" : "";
  return `It would have fired ${times(view.fires.length)} in ${span}, ${spanText(view.openMs)} in total${open}.`;
}

/** What the history can and cannot promise. */
export function honesty(view: BacktestView, rule: MonitorRule, budgetWeeks: number): string {
  if (view.judged + view.lowN + view.noData === 0) return "";
  const windows = `${integer(view.judged)} ${windowAdjective(rule.window)} ${view.judged === 1 ? "window" : "windows"}`;
  const left = leftOut(view, rule);
  if (view.judged < WINDOWS_TO_JUDGE)
    return `Only ${windows} of history: too short to judge how noisy this is.${left}`;
  if (rule.decide === "evidence")
    return `Judged on ${windows} by the evidence that they add up to: ${budgetWords(budgetWeeks)}, for all monitors that decide so.${left}`;
  const single =
    view.singleWindow > 0
      ? ` ${plural(view.singleWindow, "alert")} lasted a single window, which is likely noise.`
      : "";
  return `Judged on ${windows}; a fixed limit promises no rate for the future.${single}${left}`;
}

function leftOut(view: BacktestView, rule: MonitorRule): string {
  const parts = [
    view.lowN > 0 ? `${integer(view.lowN)} with fewer than ${integer(rule.minN)} rows` : null,
    view.noData > 0 ? `${integer(view.noData)} without data` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? ` Left out: ${parts.join(", ")}.` : "";
}

/** What is worth knowing before saving; none of it forbids. */
export function warnings(
  view: BacktestView,
  values: MonitorRule & { severity: string; channels: readonly string[] },
  isDrift: boolean,
): string[] {
  const found: string[] = [];
  const perQuarter = view.spanMs > 0 ? (view.fires.length * 90 * DAY_MS) / view.spanMs : 0;
  if (view.openShare > 0.5 && view.judged >= WINDOWS_TO_JUDGE)
    found.push(
      `It would be open ${percent(view.openShare, 0)} of the time: a rule that is mostly open tells nothing.`,
    );
  else if (perQuarter > 10)
    found.push(`About ${integer(perQuarter)} alerts in 90 days: people stop reading at that rate.`);
  if (values.severity === "page" && isDrift)
    found.push("Drift alone says that inputs moved, not that anybody is harmed. A ticket is usually enough.");
  if (values.severity === "page" && values.channels.length === 0)
    found.push("A page without a channel wakes nobody.");
  return found;
}

/** What saving changes, as effect: before and after on the same history. */
export function effectSentence(
  before: { view: BacktestView; rule: MonitorRule },
  after: { view: BacktestView; rule: MonitorRule },
): string {
  const limit =
    before.rule.limit === after.rule.limit
      ? ""
      : `Limit ${metricLimit(before.rule.metric, before.rule.limit)} → ${metricLimit(after.rule.metric, after.rule.limit)}. `;
  const span = spanText(after.view.spanMs);
  const alerts = `In ${span} ${plural(after.view.fires.length, "alert")} instead of ${integer(before.view.fires.length)}`;
  const open = `open for ${spanText(after.view.openMs)} instead of ${spanText(before.view.openMs)}`;
  return `${limit}${alerts}, ${open}.`;
}
