"use client";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "#components/ui/button.tsx";

export interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** A secret that is shown once: only its button closes it, not Escape nor a click outside. */
  sticky?: boolean;
}

/** A native modal dialog: focus stays inside, Escape closes, focus returns to what opened it. */
export function Dialog({ open, title, onClose, children, footer, wide, sticky }: DialogProps) {
  const ref = useModal(open);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={titleId}
      onCancel={(event) => sticky && event.preventDefault()}
      onClose={onClose}
      onMouseDown={(event) => !sticky && event.target === event.currentTarget && event.currentTarget.close()}
    >
      {open ? (
        <div>
          <header>
            <h2 id={titleId}>{title}</h2>
            {sticky ? null : (
              <span className="end">
                <IconButton
                  icon="close"
                  label="Close"
                  className="ctl icon"
                  onClick={() => ref.current?.close()}
                />
              </span>
            )}
          </header>
          <div className="content">{children}</div>
          {footer ? <footer>{footer}</footer> : null}
        </div>
      ) : null}
    </dialog>
  );
}

export interface DrawerProps {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  /** Buttons beside the close button. */
  actions?: ReactNode;
  /** Keeps the page behind it usable; Escape still closes. */
  modal?: boolean;
}
export function Drawer({ open, title, onClose, children, footer, actions, modal = true }: DrawerProps) {
  const ref = useModal(open, modal);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className="drawer"
      aria-labelledby={titleId}
      onClose={onClose}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.close()}
      onMouseDown={(event) => modal && event.target === event.currentTarget && event.currentTarget.close()}
    >
      {open ? (
        <>
          <header>
            <h2 id={titleId}>{title}</h2>
            <span className="end">
              {actions}
              <IconButton icon="close" label="Close" onClick={() => ref.current?.close()} />
            </span>
          </header>
          <div className="content">{children}</div>
          {footer ? <footer>{footer}</footer> : null}
        </>
      ) : null}
    </dialog>
  );
}

export function useModal(open: boolean, modal = true) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open === open) return;
    if (!open) dialog.close();
    else if (modal) dialog.showModal();
    else dialog.show();
  }, [open, modal]);
  return ref;
}
