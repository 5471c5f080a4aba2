"use client";
import { type ReactNode, useId, useRef } from "react";

const GAP_PX = 6;

/** More words for what is pointed at or focused; never the only place of a fact. Escape hides it. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const anchor = useRef<HTMLSpanElement>(null);
  const show = () => {
    const box = anchor.current?.getBoundingClientRect();
    if (!panel.current || !box) return;
    panel.current.showPopover();
    const left = Math.min(box.left, window.innerWidth - panel.current.offsetWidth - 8);
    panel.current.style.left = `${Math.max(8, left)}px`;
    panel.current.style.top = `${box.bottom + GAP_PX}px`;
  };
  const hide = () => panel.current?.matches(":popover-open") && panel.current.hidePopover();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what is inside it
    <span
      ref={anchor}
      aria-describedby={id}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {children}
      <div ref={panel} id={id} className="tooltip" role="tooltip" popover="manual">
        {text}
      </div>
    </span>
  );
}
