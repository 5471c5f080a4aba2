import Link from "next/link";
import type { ReactNode } from "react";
import { Icon } from "#components/ui/icon.tsx";
import { STATE_WORDS, type StateShape } from "#components/ui/state.tsx";

export interface TileProps {
  shape: StateShape;
  name: string;
  /** The value, with its unit in <small>; null shows an en dash. */
  value: ReactNode;
  detail?: ReactNode;
  trend?: ReactNode;
  href?: string;
}

export function Tile({ shape, name, value, detail, trend, href }: TileProps) {
  const inside = (
    <>
      <span className="name">
        <Icon name={shape} size="s" label={STATE_WORDS[shape]} />
        {name}
      </span>
      <span className="row">
        <span className={value === null ? "val none" : "val"}>{value ?? "–"}</span>
        {trend}
      </span>
      <span className="det">{detail}</span>
    </>
  );
  return href ? (
    <Link className="tile" href={href}>
      {inside}
    </Link>
  ) : (
    <div className="tile">{inside}</div>
  );
}

/** One strip with inner lines, not separate cards. */
export function TileStrip({ label, children, count }: { label: string; children: ReactNode; count: number }) {
  return (
    <section
      className={`tiles ${count % 2 === 0 ? "tiles-even" : "tiles-odd"}`}
      aria-label={label}
      style={{ "--tiles": count }}
    >
      {children}
    </section>
  );
}
