"use client";
import Link from "next/link";
import { useRef } from "react";
import {
  alertShape,
  metricOf,
  ORIGIN_WORDS,
  openSince,
  STATUS_WORDS,
  severityWord,
  targetText,
} from "#components/alerts/alert-words.ts";
import { type AlertActions, whyNot } from "#components/alerts/use-alert-actions.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { IconButton } from "#components/ui/button.tsx";
import { compact } from "#components/ui/format.ts";
import { HeldPill } from "#components/ui/held-pill.tsx";
import { metricInterval, metricLimit, metricValue } from "#components/ui/metric-words.ts";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { Badge, State } from "#components/ui/state.tsx";
import { instantText } from "#components/ui/time.ts";
import { useHeldList } from "#components/ui/use-held-list.ts";
import type { AlertListItem } from "#server/api/contract.ts";

const keyOf = (alert: AlertListItem) => alert.id;

export function AlertTable({
  alerts,
  actions,
  scope,
}: {
  alerts: readonly AlertListItem[];
  actions: AlertActions;
  scope: string;
}) {
  const list = useHeldList(alerts, keyOf, scope);
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body, list.shown, actions);
  return (
    <div ref={list.ref}>
      <HeldPill list={list} one="alert" />
      <ScrollRegion label="Table of alerts">
        <table className="alerts">
          <caption className="sr">Alerts, pages first, then newest first</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col">What</th>
              <th scope="col">Model</th>
              <th scope="col" className="num">
                Value
              </th>
              <th scope="col">Since</th>
              <th scope="col" className="num">
                Affected
              </th>
              <th scope="col">Owner</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {list.shown.map((alert) => (
              <AlertRow key={alert.id} alert={alert} actions={actions} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

/** `j k` move among rows; `e a s r` act on the row that has the focus, else on the first. */
function useRowKeys(
  body: { current: HTMLElement | null },
  alerts: readonly AlertListItem[],
  actions: AlertActions,
): void {
  const links = () => [...(body.current?.querySelectorAll<HTMLElement>("a[data-alert]") ?? [])];
  const focused = () => {
    const row = document.activeElement?.closest("tr");
    const id = row?.querySelector("a[data-alert]")?.getAttribute("data-alert");
    return alerts.find((alert) => alert.id === id) ?? null;
  };
  const move = (by: number) => {
    const all = links();
    const at = all.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
    all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  };
  const act = (run: (alert: AlertListItem) => void, kind: Parameters<typeof whyNot>[0]) => {
    const alert = focused();
    if (alert !== null && whyNot(kind, alert) === null) run(alert);
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    e: () => act(actions.acknowledge, "acknowledge"),
    a: () => act((alert) => actions.ask("assign", alert), "assign"),
    s: () => act((alert) => actions.ask("silence", alert), "silence"),
    r: () => act((alert) => actions.ask("resolve", alert), "resolve"),
  });
}

function AlertRow({ alert, actions }: { alert: AlertListItem; actions: AlertActions }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const target = targetText(alert);
  const origin = ORIGIN_WORDS[alert.origin];
  return (
    <tr className="go" data-status={alert.status}>
      <td>
        <State shape={alertShape(alert)} word={severityWord(alert.severity)} />
      </td>
      <th scope="row">
        <Link href={`/alerts/${alert.id}`} data-alert={alert.id} title={alert.title}>
          {alert.monitorName}
        </Link>
        <span className="what-line">
          {target ? `${target} · ` : ""}
          {alert.kind === "breach"
            ? `${metricOf(alert)} limit ${metricLimit(alert.metric, alert.limit)}`
            : alert.kind === "no-data"
              ? "no data"
              : `${metricOf(alert)} cannot be computed`}
          {origin ? (
            <>
              {" "}
              <Badge>{origin}</Badge>
            </>
          ) : null}
        </span>
      </th>
      <td>
        <Link className="quiet-link" href={`/models/${encodeURIComponent(alert.model)}`}>
          {alert.model}
        </Link>{" "}
        <span className="subtle">{alert.version}</span>
      </td>
      <td className="num">
        {metricValue(alert.metric, alert.value)}
        <span className="what-line">{metricInterval(alert.metric, alert.ci)}</span>
      </td>
      <td className="nowrap" title={instantText(Date.parse(alert.openedAt), zone)}>
        {openSince(alert, nowMs, zone)}
      </td>
      <td className="num" title={`${alert.affected} predictions`}>
        {compact(alert.affected)}
      </td>
      <td>{alert.assignee ?? <span className="subtle">nobody</span>}</td>
      <td>
        {STATUS_WORDS[alert.status]}
        {alert.acknowledgedBy && alert.status === "acknowledged" ? (
          <span className="what-line">by {alert.acknowledgedBy}</span>
        ) : null}
        {alert.status === "silenced" && alert.silencedUntil != null ? (
          <span className="what-line">until {instantText(Date.parse(alert.silencedUntil), zone, nowMs)}</span>
        ) : null}
      </td>
      <td>
        <RowActs alert={alert} actions={actions} />
      </td>
    </tr>
  );
}

function RowActs({ alert, actions }: { alert: AlertListItem; actions: AlertActions }) {
  const cannotAcknowledge = whyNot("acknowledge", alert);
  const settled = whyNot("resolve", alert);
  if (settled !== null) return null;
  return (
    <span className="group">
      <IconButton
        icon="tick"
        label={cannotAcknowledge ?? `Acknowledge ${alert.monitorName}`}
        off={cannotAcknowledge !== null}
        onClick={() => actions.acknowledge(alert)}
      />
      <IconButton
        icon="silenced"
        label={`Silence ${alert.monitorName}`}
        onClick={() => actions.ask("silence", alert)}
      />
      <IconButton
        icon="close"
        label={`Resolve ${alert.monitorName}`}
        onClick={() => actions.ask("resolve", alert)}
      />
    </span>
  );
}
