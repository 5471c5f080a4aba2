"use client";
import Link from "next/link";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Icon, type IconName } from "#components/ui/icon.tsx";

const GAP_PX = 4;
const EDGE_PX = 8;

export interface MenuProps {
  /** What the button shows: usually a label and a value. */
  button: ReactNode;
  label?: string;
  buttonClass?: string;
  /** Gets a function that closes the menu. */
  children: (close: () => void) => ReactNode;
  /** `menu` for a list of choices; `dialog` when there are fields inside. */
  role?: "menu" | "dialog";
}

/** A button with a popover under it. The popover API gives the top layer and light dismiss. */
export function Menu({ button, label, buttonClass = "ctl", children, role = "menu" }: MenuProps) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => panel.current?.hidePopover(), []);
  // What is inside is drawn only now, so only now can it be measured and take the focus.
  useLayoutEffect(() => {
    if (!open) return;
    place(trigger, panel);
    firstItem(panel.current)?.focus();
  }, [open]);
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={buttonClass}
        aria-label={label}
        aria-haspopup={role}
        aria-expanded={open}
        popoverTarget={id}
      >
        {button}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the role is `menu` or `dialog` */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is `menu` or `dialog`, which both take a name */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="menu"
        role={role}
        aria-label={label}
        onKeyDown={role === "menu" ? moveFocus : undefined}
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        {open ? children(close) : null}
      </div>
    </>
  );
}

function place(trigger: RefObject<HTMLElement | null>, panel: RefObject<HTMLElement | null>): void {
  if (!trigger.current || !panel.current) return;
  const anchor = trigger.current.getBoundingClientRect();
  panel.current.style.top = `${anchor.bottom + GAP_PX}px`;
  const widest = window.innerWidth - panel.current.offsetWidth - EDGE_PX;
  panel.current.style.left = `${Math.max(EDGE_PX, Math.min(anchor.left, widest))}px`;
}

const ITEMS = "a, button:not([aria-disabled=true]), input, select";
function firstItem(panel: HTMLElement | null): HTMLElement | null {
  return (
    panel?.querySelector<HTMLElement>("[aria-checked=true]") ??
    panel?.querySelector<HTMLElement>(ITEMS) ??
    null
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(ITEMS)];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || items.length === 0) return;
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
}

export interface MenuItemProps {
  children: ReactNode;
  onSelect?: () => void;
  href?: string;
  /** For one of several: shows a tick when true. */
  checked?: boolean;
  icon?: IconName;
  end?: ReactNode;
}
export function MenuItem({ children, onSelect, href, checked, icon, end }: MenuItemProps) {
  const inside = (
    <>
      {checked === undefined ? null : (
        <span className="tick">{checked ? <Icon name="tick" size="s" /> : null}</span>
      )}
      {icon ? <Icon name={icon} size="s" /> : null}
      <span>{children}</span>
      {end ? <span className="end">{end}</span> : null}
    </>
  );
  if (href !== undefined)
    return (
      <Link role="menuitem" href={href} onClick={onSelect}>
        {inside}
      </Link>
    );
  const role =
    checked === undefined ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": checked };
  return (
    <button type="button" className="item" onClick={onSelect} {...role}>
      {inside}
    </button>
  );
}

export interface ChoiceMenuProps<T extends string> {
  /** The grey word before the value. */
  label: string;
  value: T;
  /** Words on the button, where they differ from the chosen option's. */
  shown?: string;
  options: readonly { value: T; label: string; end?: string }[];
  onChange: (value: T) => void;
}
/** `Window 1 week ▾`: one value out of a list, in a bar. */
export function ChoiceMenu<T extends string>({ label, value, shown, options, onChange }: ChoiceMenuProps<T>) {
  const words = shown ?? options.find((option) => option.value === value)?.label ?? value;
  return (
    <Menu
      button={
        <>
          <span className="k">{label}</span> {words}
          <Icon name="down" />
        </>
      }
    >
      {(close) =>
        options.map((option) => (
          <MenuItem
            key={option.value}
            checked={option.value === value}
            end={option.end}
            onSelect={() => {
              onChange(option.value);
              close();
            }}
          >
            {option.label}
          </MenuItem>
        ))
      }
    </Menu>
  );
}
