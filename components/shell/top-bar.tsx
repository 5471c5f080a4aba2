"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type Connection, useLive } from "#components/api/live.tsx";
import { crumbsOf } from "#components/shell/crumbs.ts";
import { useNow } from "#components/shell/use-now.ts";
import { UserMenu } from "#components/shell/user-menu.tsx";
import { useZone } from "#components/shell/zone.ts";
import { IconButton } from "#components/ui/button.tsx";
import { integer } from "#components/ui/format.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { clockText, durationText } from "#components/ui/time.ts";
import type { ModelListItem } from "#server/api/contract.ts";

export interface TopBarProps {
  models: readonly ModelListItem[];
  onSearch: () => void;
  onMenu: () => void;
}

export function TopBar({ models, onSearch, onMenu }: TopBarProps) {
  const pages = models.reduce((sum, model) => sum + model.openAlerts.page, 0);
  const tickets = models.reduce((sum, model) => sum + model.openAlerts.ticket, 0);
  return (
    <header className="top">
      <IconButton icon="fleet" label="Menu" className="ctl icon menu-open" onClick={onMenu} />
      <Breadcrumb />
      <span className="space" />
      <button className="find" type="button" onClick={onSearch}>
        <Icon name="search" size="s" />
        <span>Search or jump to…</span>
        <kbd>⌘K</kbd>
      </button>
      {pages > 0 ? (
        <Link className="chiplink state-page" href="/alerts?severity=page">
          <Icon name="page" size="s" />
          {integer(pages)}
          <span className="sr"> {pages === 1 ? "page" : "pages"} open</span>
        </Link>
      ) : null}
      {tickets > 0 ? (
        <Link className="chiplink state-ticket hide-s" href="/alerts?severity=ticket">
          <Icon name="ticket" size="s" />
          {integer(tickets)}
          <span className="sr"> {tickets === 1 ? "ticket" : "tickets"} open</span>
        </Link>
      ) : null}
      <ConnectionChip />
      <UserMenu />
    </header>
  );
}

function Breadcrumb() {
  const crumbs = crumbsOf(usePathname());
  return (
    <nav aria-label="Breadcrumb">
      <ol className="crumbs">
        {crumbs.map((crumb, index) => (
          <li key={crumb.href}>
            {index === crumbs.length - 1 ? (
              <span aria-current="page">{crumb.label}</span>
            ) : (
              <Link href={crumb.href}>{crumb.label}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

const CHIP: Record<Connection, { icon: IconName; word: string; does: string }> = {
  live: { icon: "live", word: "Live", does: "Pause live updates" },
  "catching-up": { icon: "half", word: "Catching up", does: "Pause live updates" },
  paused: { icon: "hollow", word: "Paused", does: "Resume live updates" },
  disconnected: { icon: "close", word: "Disconnected", does: "Retrying; pause live updates" },
};

function ConnectionChip() {
  const { connection, pause, resume } = useLive();
  const { icon, word, does } = CHIP[connection];
  return (
    <button
      type="button"
      className="live hide-s"
      data-state={connection}
      title={does}
      onClick={connection === "paused" ? resume : pause}
    >
      <Icon name={icon} />
      {word}
      <span className="sr">. {does}</span>
    </button>
  );
}

/** Data stays on screen when the line is lost; this says how old it is. */
export function StaleBanner() {
  const { connection, since } = useLive();
  const { zone } = useZone();
  const nowMs = useNow();
  if (connection !== "disconnected" || since === null || nowMs === 0) return null;
  const age = nowMs > since ? `, ${durationText(nowMs - since)} ago` : "";
  return (
    <p className="stale" role="status">
      Connection lost. Showing data as of {clockText(since, zone)}
      {age}; retrying.
    </p>
  );
}
