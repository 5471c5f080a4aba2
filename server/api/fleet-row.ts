import type { FleetRow, HealthState, MetricPoint } from "#server/api/contract.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { windowStart } from "#server/windows/levels.ts";

/** An alert as far as a strip needs it; times in milliseconds since 1970, `closedAt` null while it is open. */
export interface StripAlert {
  readonly kind: "breach" | "no-data" | "error";
  readonly severity: "page" | "ticket";
  readonly isSilenced: boolean;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly predictions: number;
}

/** Worst first. */
const STATES: readonly HealthState[] = [
  "alerting",
  "no-data",
  "warning",
  "not-enough-data",
  "learning",
  "silenced",
  "healthy",
];

export function worstState(states: readonly HealthState[]): HealthState | null {
  return STATES.find((state) => states.includes(state)) ?? null;
}

export function stateOfAlert({ kind, severity, isSilenced }: StripAlert): HealthState {
  if (isSilenced) return "silenced";
  if (kind === "no-data") return "no-data";
  return severity === "page" ? "alerting" : "warning";
}

/** The worst of the alerts that touched the cell; a cell without rows and without alerts is empty. */
export function stripOf(cells: readonly Cell[], alerts: readonly StripAlert[]): FleetRow["strip"] {
  return cells.map(({ from, to, predictions }) => {
    const touching = alerts.filter(({ openedAt, closedAt }) => openedAt <= to && (closedAt ?? to) >= from);
    const worst = worstState(touching.map(stateOfAlert));
    return {
      from: formatInstant(from),
      to: formatInstant(to),
      state: worst ?? (predictions > 0 ? "healthy" : null),
    };
  });
}

/** What a model's row says, and since when where an alert says so. */
export function stateNow(facts: {
  readonly alerts: readonly StripAlert[];
  readonly hasRows: boolean;
  readonly hasReference: boolean;
  /** States of the monitors that are switched on. */
  readonly monitors: readonly string[];
}): { state: HealthState; since: number | null } {
  const open = facts.alerts.filter(({ closedAt }) => closedAt === null);
  const worst = worstState(open.map(stateOfAlert));
  if (worst !== null) {
    const times = open.filter((alert) => stateOfAlert(alert) === worst).map(({ openedAt }) => openedAt);
    return { state: worst, since: Math.min(...times) };
  }
  if (!facts.hasRows) return { state: "no-data", since: null };
  if (!facts.hasReference) return { state: "learning", since: null };
  const { monitors } = facts;
  const isStarved = monitors.length > 0 && monitors.every((state) => state === "not-enough-data");
  return { state: isStarved ? "not-enough-data" : "healthy", since: null };
}

/** The feature that is furthest over, or least under, the limit. */
export function worstDrift(points: readonly MetricPoint[], limit: number): FleetRow["worstDrift"] {
  let worst: MetricPoint | null = null;
  for (const point of points) {
    if (point.value === null || point.feature === null || point.status === "LOW_N") continue;
    if (worst === null || point.value > (worst.value ?? 0)) worst = point;
  }
  return worst === null || worst.feature === null ? null : { feature: worst.feature, point: worst, limit };
}

/** Equal cells from `from` to `to`, each a whole number of windows wide. */
export function cellsOf(
  from: number,
  to: number,
  count: number,
  windowMs: number,
): { from: number; to: number }[] {
  const widthMs = Math.max(windowMs, Math.ceil((to - from) / count / windowMs) * windowMs);
  const start = windowStart(from, widthMs);
  const cells: { from: number; to: number }[] = [];
  for (let at = start; at < to; at += widthMs) cells.push({ from: at, to: at + widthMs });
  return cells;
}
