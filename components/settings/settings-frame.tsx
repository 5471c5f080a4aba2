"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import "./settings.css";

const PAGES = [
  { href: "/settings/api-keys", label: "API keys" },
  { href: "/settings/channels", label: "Channels" },
  { href: "/settings/appearance", label: "Appearance" },
];

/** The list of settings beside the one that is open. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  return (
    <div className="wrap settings">
      <nav className="settings-nav" aria-label="Settings">
        <ul className="nav">
          {PAGES.map((page) => (
            <li key={page.href}>
              <Link href={page.href} aria-current={pathname === page.href ? "page" : undefined}>
                <span>{page.label}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="settings-body">{children}</div>
    </div>
  );
}
