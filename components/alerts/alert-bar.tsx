"use client";
import Link from "next/link";
import { alertShape, ORIGIN_WORDS, STATUS_WORDS, severityWord } from "#components/alerts/alert-words.ts";
import { type AlertActions, type AlertQuestion, whyNot } from "#components/alerts/use-alert-actions.ts";
import { modelPath } from "#components/shell/carry.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Button } from "#components/ui/button.tsx";
import { Badge, State } from "#components/ui/state.tsx";
import { instantText } from "#components/ui/time.ts";
import type { AlertDetail } from "#server/api/contract.ts";

interface BarProps {
  alert: AlertDetail;
  actions: AlertActions;
}

export function AlertBar({ alert, actions }: BarProps) {
  const origin = ORIGIN_WORDS[alert.origin];
  const { zone } = useZone();
  const nowMs = useNow();
  return (
    <div className="alertbar">
      <State shape={alertShape(alert)} word={severityWord(alert.severity)} />
      {alert.closeReason === "retracted" ? <Badge>Withdrawn</Badge> : null}
      {origin ? <Badge>{origin}</Badge> : null}
      <span className="muted own" role="status">
        {stateWords(alert, zone, nowMs)}
      </span>
      <span className="sep" />
      <span>
        <Link href={modelPath(alert.model)}>
          <b>{alert.model}</b>
        </Link>{" "}
        {alert.version}
      </span>
      <span className="muted mon">
        monitor{" "}
        <Link className="link" href={modelPath(alert.model, "monitors", alert.monitorId)}>
          {alert.monitorName}
        </Link>{" "}
        v{alert.ruleVersion}
      </span>
      <div className="acts" role="toolbar" aria-label="Alert actions">
        <Acts alert={alert} actions={actions} keys />
      </div>
    </div>
  );
}

export function AlertBottomBar({ alert, actions }: BarProps) {
  return (
    <div className="bottombar" role="toolbar" aria-label="Alert actions, narrow">
      <Acts alert={alert} actions={actions} />
    </div>
  );
}

function stateWords(alert: AlertDetail, zone: string, nowMs: number): string {
  const owner = alert.assignee === null ? "no owner" : `owner ${alert.assignee}`;
  if (alert.status === "acknowledged" && alert.acknowledgedBy !== null)
    return `Acknowledged by ${alert.acknowledgedBy}, ${owner}`;
  if (alert.status === "silenced" && alert.silencedUntil != null)
    return `Silenced until ${instantText(Date.parse(alert.silencedUntil), zone, nowMs)}, ${owner}`;
  return `${STATUS_WORDS[alert.status]}, ${owner}`;
}

function Acts({ alert, actions, keys = false }: BarProps & { keys?: boolean }) {
  const ask = (question: AlertQuestion, word: string, key: string) => (
    <Button off={whyNot(question, alert)} onClick={() => actions.ask(question, alert)}>
      {word}
      {keys ? <kbd>{key}</kbd> : null}
    </Button>
  );
  const unowned = alert.status === "open";
  return (
    <>
      <Button
        look={unowned ? "primary" : "default"}
        off={whyNot("acknowledge", alert)}
        onClick={() => actions.acknowledge(alert)}
      >
        Acknowledge
        {keys ? <kbd>e</kbd> : null}
      </Button>
      {ask("assign", keys ? "Assign…" : "Assign", "a")}
      {alert.status === "silenced" ? (
        <Button onClick={() => actions.unsilence(alert)}>End silence</Button>
      ) : (
        ask("silence", keys ? "Silence…" : "Silence", "s")
      )}
      {ask("resolve", keys ? "Resolve…" : "Resolve", "r")}
    </>
  );
}
