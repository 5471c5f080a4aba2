import type { ReactNode } from "react";

export interface TableProps {
  /** Read aloud, not shown. */
  caption: string;
  head: ReactNode;
  children: ReactNode;
  className?: string;
}
/** A table in a region that scrolls sideways on its own, reachable by keyboard. */
export function Table({ caption, head, children, className }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="tw" tabIndex={0} aria-label={caption}>
      <table className={className}>
        <caption className="sr">{caption}</caption>
        <thead>{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export interface PagerProps {
  /** `1–60 of 180, newest first` */
  text: string;
  onPrevious?: (() => void) | null;
  onNext?: (() => void) | null;
}
export function Pager({ text, onPrevious, onNext }: PagerProps) {
  return (
    <nav className="pager" aria-label="Pages">
      <span>{text}</span>
      <span className="end">
        {onPrevious ? (
          <button type="button" className="more" onClick={onPrevious}>
            Previous
          </button>
        ) : null}
        {onNext ? (
          <button type="button" className="more" onClick={onNext}>
            Next
          </button>
        ) : null}
      </span>
    </nav>
  );
}
