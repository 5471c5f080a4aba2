import { z } from "zod";
import { Instant, type MonitorRule, type SlotEvidence, Slug } from "#server/api/contract.ts";

export const BudgetInput = z.object({ model: Slug });

/** What a model's false-alarm budget is, who shares it and what became of it. */
export interface ModelBudget {
  model: string;
  /** At most one false alarm in so many weeks, on average, over all its monitors that decide by evidence. */
  weeks: number;
  /** Enabled monitors that decide by evidence, and the tests they make together (drift is tried in two ways). */
  monitors: number;
  tests: number;
  /** Where each width alarms, base-10 logarithm of the evidence. */
  lines: { window: MonitorRule["window"]; log10: number }[];
  /** Alerts of these monitors that opened within the last `weeks` of the data. */
  period: { from: string; to: string };
  alerts: { all: number; falseAlarms: number; real: number; unjudged: number };
  /** Monitors that judge each window by itself stand outside the budget. */
  outside: { monitors: number; fired: number };
  /** The smallest drift of each watched distribution that the live version's reference can certify. */
  drift: CertifiableDrift[];
}
export interface CertifiableDrift {
  feature: string;
  monitorId: string;
  tolerance: number;
  /** Total variation; null without a reference. */
  smallest: number | null;
  /** Rows of the reference, and as how many independent rows they count. */
  rows: number;
  independentRows: number;
}

export const RecommendedInput = z.object({
  model: Slug,
  window: z.enum(["5m", "1h", "6h", "1d", "7d"]).optional(),
});
export const WatchInput = RecommendedInput.extend({
  channels: z.array(z.string().max(64)).max(20).default([]),
});
export interface RecommendedMonitor extends MonitorRule {
  name: string;
  severity: "page" | "ticket";
  /** Where the limit comes from. */
  because: string;
  /** A monitor with this very target and way of deciding is there. */
  isThere: boolean;
}
export interface RecommendedMonitors {
  model: string;
  monitors: RecommendedMonitor[];
}

export const EvidenceInput = z.object({
  model: Slug,
  from: Instant.optional(),
  to: Instant.optional(),
  feature: z.string().max(1024).optional(),
});
export interface MonitorEvidence {
  monitorId: string;
  name: string;
  metric: string;
  feature: string | null;
  segment: string | null;
  version: string | null;
  window: MonitorRule["window"];
  op: MonitorRule["op"];
  limit: number;
  /** The state of its alert, such as firing. */
  state: string;
  points: EvidencePoint[];
}
export interface EvidencePoint extends SlotEvidence {
  from: string;
  to: string;
  value: number | null;
  n: number;
  version: string | null;
}
