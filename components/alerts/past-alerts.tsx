"use client";
import Link from "next/link";
import { openSince, typeset } from "#components/alerts/alert-words.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { durationText } from "#components/ui/time.ts";
import type { AlertDetail } from "#server/api/contract.ts";

const SHOWN_MAX = 6;

export function PastAlerts({ alert }: { alert: AlertDetail }) {
  const nowMs = useNow();
  const { zone } = useZone();
  return (
    <Panel
      className={alert.where.length === 0 ? "c12" : "c5"}
      title="Earlier alerts of this monitor"
      sub="newest first"
      foot={alert.past.length > SHOWN_MAX ? `The newest ${SHOWN_MAX} are listed.` : undefined}
    >
      {alert.past.length === 0 ? (
        <p className="body muted">This is the first.</p>
      ) : (
        <ul className="list">
          {[...alert.past]
            .sort((a, b) => Date.parse(b.openedAt) - Date.parse(a.openedAt))
            .slice(0, SHOWN_MAX)
            .map((past) => (
              <li key={past.id}>
                <Icon name={past.closedAt === null ? alert.severity : "ok"} />
                <span className="t">
                  <Link href={`/alerts/${past.id}`}>{typeset(past.title)}</Link>
                </span>
                <span className="w">
                  {openSince({ openedAt: past.openedAt, closedAt: null }, nowMs, zone)}
                </span>
                <span className="m">
                  {past.closedAt === null
                    ? "still open"
                    : `open for ${durationText(Date.parse(past.closedAt) - Date.parse(past.openedAt))}`}
                </span>
              </li>
            ))}
        </ul>
      )}
    </Panel>
  );
}
