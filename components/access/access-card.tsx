import type { ReactNode } from "react";
import "./access.css";

/** The two pages that stand outside the product's frame. */
export function AccessCard({
  title,
  lead,
  children,
}: {
  title: string;
  lead: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className="access" id="answer" tabIndex={-1}>
      <div className="access-card">
        <p className="access-brand">
          <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
            <path d="M8 .8v7.4" />
            <path d="M4.6 8.2h6.8L8 15z" fill="currentColor" strokeLinejoin="round" />
          </svg>
          Plumbline
        </p>
        <h1>{title}</h1>
        <p className="muted">{lead}</p>
        {children}
      </div>
    </main>
  );
}
