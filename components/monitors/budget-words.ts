import { plural } from "#components/ui/format.ts";
import type { CertifiableDrift, ModelBudget } from "#server/api/contracts/budget.ts";

/** What became of the budget in its last period. */
export function spentWords({ alerts, weeks, monitors }: ModelBudget): string {
  if (monitors === 0) return "";
  const period = `in the last ${plural(weeks, "week")} of data`;
  if (alerts.all === 0) return `None of them fired ${period}: nothing is spent.`;
  const judged = [
    alerts.falseAlarms > 0
      ? `${plural(alerts.falseAlarms, "was", "were")} found false`
      : "none was found false",
    alerts.real > 0 ? `${plural(alerts.real, "was", "were")} found real` : null,
    alerts.unjudged > 0 ? `${plural(alerts.unjudged, "has", "have")} no verdict yet` : null,
  ].filter((part) => part !== null);
  const spent = alerts.falseAlarms === 0 ? "Nothing of it is spent for sure" : spentShare(alerts.falseAlarms);
  return `${spent}: they fired ${plural(alerts.all, "time")} ${period}; ${judged.join(", ")}.`;
}

function spentShare(falseAlarms: number): string {
  return falseAlarms === 1 ? "It is spent" : `It is spent ${falseAlarms} times over`;
}

/** Least certain first; the prediction in words. */
export function certaintyRows({ drift }: ModelBudget): (CertifiableDrift & { label: string })[] {
  return drift
    .map((row) => ({ ...row, label: row.feature === "@output" ? "the prediction" : row.feature }))
    .toSorted((a, b) => (b.smallest ?? 2) - (a.smallest ?? 2) || a.label.localeCompare(b.label));
}
