"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { modelPath } from "#components/shell/carry.ts";
import { integer } from "#components/ui/format.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import type { ModelListItem } from "#server/api/contract.ts";

const LISTED_MAX = 12;

export function SideNav({ models }: { models: readonly ModelListItem[] }) {
  const pathname = usePathname();
  const open = models.reduce((sum, model) => sum + model.openAlerts.page + model.openAlerts.ticket, 0);
  const listed = mostUrgentFirst(models).slice(0, LISTED_MAX);
  return (
    <nav className="sidenav" aria-label="Main">
      <Link className="brand" href="/">
        <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
          <path d="M8 .8v7.4" />
          <path d="M4.6 8.2h6.8L8 15z" fill="currentColor" strokeLinejoin="round" />
        </svg>
        Plumbline
      </Link>
      <ul className="nav">
        <Entry href="/" icon="fleet" label="Fleet" current={pathname === "/"} />
        <Entry
          href="/alerts"
          icon="alerts"
          label="Alerts"
          current={pathname.startsWith("/alerts")}
          count={open}
        />
        <Entry href="/settings" icon="gear" label="Settings" current={pathname.startsWith("/settings")} />
      </ul>
      {listed.length > 0 ? (
        <>
          <div className="cap">Models</div>
          <ul className="nav">
            {listed.map((model) => (
              <Entry
                key={model.model}
                href={modelPath(model.model)}
                icon={iconOf(model)}
                label={model.model}
                current={isWithin(pathname, model.model)}
              />
            ))}
          </ul>
          {models.length > LISTED_MAX ? (
            <p className="foot">
              {listed.length} of {integer(models.length)} models; the rest are in Fleet.
            </p>
          ) : null}
        </>
      ) : null}
      <ul className="nav nav-last">
        <Entry href="/models/new" icon="plus" label="Connect a model" current={pathname === "/models/new"} />
      </ul>
    </nav>
  );
}

interface EntryProps {
  href: string;
  icon: IconName;
  label: string;
  current: boolean;
  count?: number;
}
function Entry({ href, icon, label, current, count }: EntryProps) {
  return (
    <li>
      <Link href={href} aria-current={current ? "page" : undefined}>
        <Icon name={icon} />
        <span>{label}</span>
        {count ? (
          <span className="count">
            {integer(count)}
            <span className="sr"> open</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
}

function isWithin(pathname: string, model: string): boolean {
  const path = modelPath(model);
  return pathname === path || pathname.startsWith(`${path}/`);
}

function iconOf({ openAlerts }: ModelListItem): IconName {
  if (openAlerts.page > 0) return "page";
  return openAlerts.ticket > 0 ? "ticket" : "model";
}

function mostUrgentFirst(models: readonly ModelListItem[]): ModelListItem[] {
  const urgency = ({ openAlerts }: ModelListItem) =>
    openAlerts.page > 0 ? 0 : openAlerts.ticket > 0 ? 1 : 2;
  return [...models].sort((a, b) => urgency(a) - urgency(b) || a.model.localeCompare(b.model));
}
