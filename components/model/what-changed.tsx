"use client";
import Link from "next/link";
import { useState } from "react";
import { EventLine } from "#components/charts/event-lane.tsx";
import { type Change, changesOf } from "#components/model/changes.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Skeleton } from "#components/ui/block.tsx";
import { integer } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { instantText } from "#components/ui/time.ts";
import type { AlertListItem, TimelineEvent } from "#server/api/contract.ts";

const SHOWN = 6;

export interface WhatChangedProps {
  /** Null while they are being loaded. */
  events: readonly TimelineEvent[] | null;
  alerts: readonly AlertListItem[];
  scope: Scope;
}
export function WhatChanged({ events, alerts, scope }: WhatChangedProps) {
  const [all, setAll] = useState(false);
  const changes = changesOf(events ?? [], alerts).filter((change) => change.at < scope.toMs);
  const shown = all ? changes : changes.slice(0, SHOWN);
  return (
    <Panel
      className="grow"
      title="What changed"
      end={
        changes.length > SHOWN ? (
          <button type="button" className="more" aria-pressed={all} onClick={() => setAll(!all)}>
            All {integer(changes.length)}
          </button>
        ) : null
      }
    >
      {events === null ? (
        <Skeleton height={140} />
      ) : changes.length === 0 ? (
        <p className="body subtle">
          Nothing yet. Deploys, stage changes and notes appear here and on every chart.
        </p>
      ) : (
        <ul className="list slim">
          {shown.map((change) =>
            change.kind === "event" ? (
              <EventLine key={change.key} event={change.event} zone={scope.zone} />
            ) : (
              <AlertLine key={change.key} change={change} zone={scope.zone} />
            ),
          )}
        </ul>
      )}
    </Panel>
  );
}

function AlertLine({ change, zone }: { change: Change & { alert: AlertListItem }; zone: string }) {
  const { alert, kind, at } = change;
  return (
    <li>
      <Icon name={kind === "fired" ? alert.severity : "ok"} size="s" />
      <span className="t">
        <Link href={`/alerts/${encodeURIComponent(alert.id)}`}>
          {alert.monitorName} {kind === "fired" ? "fired" : closedWords(alert)}
        </Link>
      </span>
      <time className="w" dateTime={new Date(at).toISOString()}>
        {instantText(at, zone)}
      </time>
    </li>
  );
}

function closedWords({ closeReason }: AlertListItem): string {
  if (closeReason === "cleared") return "resolved by itself";
  if (closeReason === "retracted") return "withdrawn by late labels";
  return "closed";
}
