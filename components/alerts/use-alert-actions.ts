"use client";
import { useState } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { AlertListItem } from "#server/api/contract.ts";

export type AlertQuestion = "assign" | "silence" | "resolve";
export interface PendingQuestion {
  readonly question: AlertQuestion;
  readonly alert: AlertListItem;
}

const REFRESH = ["alerts.", "fleet.get", "models.list", "monitors."] as const;

/** Triage: each act is one call, says what it did, and can be taken back where that makes sense. */
export function useAlertActions() {
  const toast = useToast();
  const [pending, setPending] = useState<PendingQuestion | null>(null);
  const me = useAsk("session.me", undefined, { staleMs: Number.POSITIVE_INFINITY });
  const acknowledge = useTell("alerts.acknowledge", { refresh: REFRESH });
  const unacknowledge = useTell("alerts.unacknowledge", { refresh: REFRESH });
  const assign = useTell("alerts.assign", { refresh: REFRESH });
  const silence = useTell("alerts.silence", { refresh: REFRESH });
  const unsilence = useTell("alerts.unsilence", { refresh: REFRESH });
  const resolve = useTell("alerts.resolve", { refresh: REFRESH });
  const failed = (problem: { detail: string }) => toast({ text: problem.detail });

  return {
    me: me.data ?? null,
    pending,
    ask: (question: AlertQuestion, alert: AlertListItem) => setPending({ question, alert }),
    dismiss: () => setPending(null),
    acknowledge: (alert: AlertListItem) =>
      acknowledge.mutate(
        { id: alert.id },
        {
          onSuccess: () =>
            toast({
              text: "Acknowledged",
              undo: () => unacknowledge.mutate({ id: alert.id }, { onError: failed }),
            }),
          onError: failed,
        },
      ),
    assign: (alert: AlertListItem, assignee: string | null) => {
      setPending(null);
      assign.mutate(
        { id: alert.id, assignee },
        {
          onSuccess: () =>
            toast({
              text: assignee === null ? "Nobody is assigned" : `Assigned to ${assignee}`,
              undo: () => assign.mutate({ id: alert.id, assignee: alert.assignee }, { onError: failed }),
            }),
          onError: failed,
        },
      );
    },
    silence: (alert: AlertListItem, untilMs: number, reason: string) => {
      setPending(null);
      silence.mutate(
        { id: alert.id, until: new Date(untilMs).toISOString(), reason },
        {
          onSuccess: () =>
            toast({ text: "Silenced", undo: () => unsilence.mutate({ id: alert.id }, { onError: failed }) }),
          onError: failed,
        },
      );
    },
    unsilence: (alert: AlertListItem) =>
      unsilence.mutate(
        { id: alert.id },
        { onSuccess: () => toast({ text: "Silence ended" }), onError: failed },
      ),
    resolve: (alert: AlertListItem, reason: string, verdict?: "real" | "false-alarm") => {
      setPending(null);
      resolve.mutate(
        { id: alert.id, reason, ...(verdict === undefined ? {} : { verdict }) },
        { onSuccess: () => toast({ text: "Resolved" }), onError: failed },
      );
    },
  };
}

export type AlertActions = ReturnType<typeof useAlertActions>;

/** Why an act makes no sense for an alert in its present state; null when it does. */
export function whyNot(act: "acknowledge" | AlertQuestion, alert: AlertListItem): string | null {
  if (alert.status === "resolved") return "This alert is resolved.";
  if (act === "acknowledge" && alert.status === "acknowledged") {
    return `Acknowledged by ${alert.acknowledgedBy ?? "somebody"} already.`;
  }
  if (act === "acknowledge" && alert.status === "silenced") return "A silenced alert tells nobody.";
  return null;
}
