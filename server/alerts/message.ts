import type { AlertListItem } from "#server/api/contract.ts";

/** What a channel is told of one alert, frozen when the message is written. Instants are ISO texts. */
export interface AlertNotice {
  readonly id: string;
  readonly state: "firing" | "resolved";
  /** Why it is told now. */
  readonly reason: "fired" | "returned" | "reminder" | "silence-ended" | "resolved";
  readonly title: string;
  readonly model: string;
  readonly monitorId: string;
  readonly monitorName: string;
  readonly kind: AlertListItem["kind"];
  readonly severity: AlertListItem["severity"];
  readonly metric: string;
  readonly feature: string | null;
  readonly segment: string | null;
  readonly version: string | null;
  readonly value: number | null;
  readonly interval: { readonly lo: number; readonly hi: number; readonly level: number } | null;
  readonly n: number;
  readonly limit: number;
  readonly op: AlertListItem["op"];
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly closeReason: AlertListItem["closeReason"];
  readonly affected: number;
  readonly runbook: string;
}

export type Message =
  | { readonly kind: "alerts"; readonly model: string; readonly alerts: readonly AlertNotice[] }
  | { readonly kind: "test"; readonly channel: string; readonly by: string };
