import type { IconName } from "#components/ui/icon.tsx";
import type { AlertTimelineItem } from "#server/api/contract.ts";

/** `fired` takes the alert's own shape. */
export const TIMELINE_ICONS: Record<Exclude<AlertTimelineItem["kind"], "fired">, IconName> = {
  resolved: "ok",
  acknowledged: "tick",
  assigned: "tick",
  silenced: "silenced",
  unsilenced: "alerts",
  note: "edit",
  delivered: "out",
  "delivery-failed": "fail",
  amended: "info",
  retracted: "info",
  "monitor-changed": "edit",
};
