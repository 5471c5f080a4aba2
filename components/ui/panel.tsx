import Link from "next/link";
import { type ReactNode, useId } from "react";

export interface PanelProps {
  title: ReactNode;
  /** One grey line beside the title. */
  sub?: ReactNode;
  /** Controls at the right end of the header. */
  end?: ReactNode;
  /** Grid span and other classes. */
  className?: string;
  foot?: ReactNode;
  children: ReactNode;
  mono?: boolean;
  busy?: boolean;
}

/** One hairline around a block with a title; no fill, no shadow. */
export function Panel({ title, sub, end, className, foot, children, mono, busy }: PanelProps) {
  const id = useId();
  return (
    <section
      className={`panel${className ? ` ${className}` : ""}`}
      aria-labelledby={id}
      aria-busy={busy || undefined}
    >
      {busy ? <span className="progress" /> : null}
      <header>
        <h2 id={id} className={mono ? "mono" : undefined}>
          {title}
        </h2>
        {sub ? <span className="sub">{sub}</span> : null}
        {end ? <span className="end">{end}</span> : null}
      </header>
      {children}
      {foot ? <p className="foot">{foot}</p> : null}
    </section>
  );
}

/** The answer of a page: one sentence, then one line that stands beside it. The skip link leads here. */
export function Answer({
  icon,
  say,
  more,
  heading,
}: {
  icon?: ReactNode;
  say: ReactNode;
  more?: ReactNode;
  heading?: string;
}) {
  return (
    <section className="answer" id="answer" tabIndex={-1} aria-label="Answer">
      {heading ? <h1 className="sr">{heading}</h1> : null}
      <p className="say">
        {icon}
        {say}
      </p>
      {more ? <p className="more-say">{more}</p> : null}
    </section>
  );
}

export function PanelLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link className="more" href={href}>
      {children}
    </Link>
  );
}
