import type { ReactNode } from "react";

/** Where a wide table scrolls by itself. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={className ? `tw ${className}` : "tw"} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
