import { WINDOW_MS } from "#components/shell/time-range.ts";
import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";
import type { MonitorEvidence } from "#server/api/contracts/budget.ts";

/** Judged windows as the evidence that they added up to; windows that gathered nothing are left out. */
export function slotEvidence(
  whose: Pick<MonitorEvidence, "monitorId" | "name" | "state">,
  rule: MonitorRule,
  slots: readonly BacktestSlot[],
): MonitorEvidence {
  const { metric, feature, segment, version, window, op, limit } = rule;
  return {
    ...whose,
    ...{ metric, feature, segment, version, window, op, limit },
    points: slots.flatMap((slot) =>
      slot.evidence
        ? [
            {
              ...slot.evidence,
              from: new Date(Date.parse(slot.at) - WINDOW_MS[window]).toISOString(),
              to: slot.at,
              value: slot.value,
              n: slot.n,
              version: slot.version,
            },
          ]
        : [],
    ),
  };
}
