import { Icon, type IconName } from "#components/ui/icon.tsx";
import type { HealthState } from "#server/api/contract.ts";

export type StateShape =
  | "page"
  | "ticket"
  | "ok"
  | "nodata"
  | "low"
  | "silenced"
  | "wait"
  | "learning"
  | "paused"
  | "fail";

export const STATE_WORDS: Record<StateShape, string> = {
  page: "Alerting",
  ticket: "Warning",
  ok: "Healthy",
  nodata: "No data",
  low: "Not enough data",
  silenced: "Silenced",
  wait: "Waiting for labels",
  learning: "Learning",
  paused: "Paused",
  fail: "Error",
};

export const HEALTH_SHAPES: Record<HealthState, StateShape> = {
  alerting: "page",
  warning: "ticket",
  "no-data": "nodata",
  "not-enough-data": "low",
  healthy: "ok",
  silenced: "silenced",
  learning: "learning",
};

/** Shape, word and colour together: none of them carries a state alone. */
export function State({ shape, word = STATE_WORDS[shape] }: { shape: StateShape; word?: string }) {
  return (
    <span className={`state state-${shape}`}>
      <Icon name={shape} />
      {word}
    </span>
  );
}

export function HealthStateMark({ state }: { state: HealthState }) {
  return <State shape={HEALTH_SHAPES[state]} />;
}

export type BadgeTone = "neutral" | "page" | "ticket" | "ok" | "silenced" | "info";

export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: BadgeTone;
  icon?: IconName;
  children: string;
}) {
  return (
    <span className={tone === "neutral" ? "badge" : `badge badge-${tone}`}>
      {icon ? <Icon name={icon} size="xs" /> : null}
      {children}
    </span>
  );
}
