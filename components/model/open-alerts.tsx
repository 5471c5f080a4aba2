import Link from "next/link";
import { integer, listed } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel, PanelLink } from "#components/ui/panel.tsx";
import { agoText, durationText } from "#components/ui/time.ts";
import type { AlertListItem } from "#server/api/contract.ts";

const SHOWN_MAX = 5;

export interface OpenAlertsProps {
  alerts: readonly AlertListItem[];
  nowMs: number;
  zone: string;
}

/** What is open now, pages first; silenced ones are one line, visible and not counted. */
export function OpenAlerts({ alerts, nowMs, zone }: OpenAlertsProps) {
  const loud = alerts.filter((alert) => alert.status !== "silenced");
  const silenced = alerts.filter((alert) => alert.status === "silenced");
  const shown = [...loud].sort(byUrgency).slice(0, SHOWN_MAX);
  const sub =
    alerts.length === 0
      ? ""
      : `${integer(loud.length)}${silenced.length > 0 ? `, and ${integer(silenced.length)} silenced` : ""}`;
  return (
    <Panel
      title="Open alerts"
      sub={sub}
      end={loud.length > SHOWN_MAX ? <PanelLink href="/alerts">All {integer(loud.length)}</PanelLink> : null}
    >
      {alerts.length === 0 ? (
        <p className="body subtle">Nothing needs action.</p>
      ) : (
        <ul className="list">
          {shown.map((alert) => (
            <li key={alert.id}>
              <Icon name={alert.severity} label={alert.severity === "page" ? "Page" : "Ticket"} />
              <span className="t">
                <Link href={`/alerts/${encodeURIComponent(alert.id)}`}>{alert.monitorName}</Link>
              </span>
              <time
                className="w"
                dateTime={alert.openedAt}
                title={agoText(Date.parse(alert.openedAt), nowMs, zone)}
              >
                {durationText(nowMs - Date.parse(alert.openedAt))}
              </time>
              <span className="m">
                {alert.title} · {ownerWords(alert)}
              </span>
            </li>
          ))}
          {silenced.length > 0 ? (
            <li>
              <Icon name="silenced" label="Silenced" />
              <span className="t muted">{integer(silenced.length)} silenced</span>
              <span className="w" />
              <span className="m">{silencedWords(silenced)}</span>
            </li>
          ) : null}
        </ul>
      )}
    </Panel>
  );
}

function byUrgency(a: AlertListItem, b: AlertListItem): number {
  const rank = (alert: AlertListItem) => (alert.severity === "page" ? 0 : 1);
  return rank(a) - rank(b) || Date.parse(b.openedAt) - Date.parse(a.openedAt);
}

function ownerWords(alert: AlertListItem): string {
  if (alert.assignee) return alert.assignee;
  return alert.acknowledgedBy ? `${alert.acknowledgedBy}, acknowledged` : "no owner";
}

function silencedWords(alerts: readonly AlertListItem[]): string {
  const names = [...new Set(alerts.map((alert) => alert.feature ?? alert.monitorName))];
  return listed(names.length > 4 ? [...names.slice(0, 4), `${integer(names.length - 4)} more`] : names);
}
