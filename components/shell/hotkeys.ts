"use client";
import { useEffect, useRef } from "react";

/** `g f`, `?`, `mod+k`, `[`. Single keys rest while someone types, or a dialog or menu is open. */
export type HotkeyMap = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MS = 1_000;
export const SINGLE_KEYS_OFF = "plumbline-single-keys-off";

export function useHotkeys(map: HotkeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    let prefix = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      const key = nameOf(event);
      if (event.defaultPrevented || key === null || (!key.startsWith("mod+") && isResting(event))) return;
      const action = latest.current[prefix + key] ?? latest.current[key];
      clearTimeout(timer);
      prefix = "";
      if (action) {
        event.preventDefault();
        action(event);
        return;
      }
      if (!Object.keys(latest.current).some((name) => name.startsWith(`${key} `))) return;
      prefix = `${key} `;
      timer = setTimeout(() => {
        prefix = "";
      }, SEQUENCE_MS);
    };
    document.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.metaKey || event.ctrlKey) return event.altKey ? null : `mod+${event.key.toLowerCase()}`;
  return event.altKey ? null : event.key;
}

function isResting(event: KeyboardEvent): boolean {
  if (window.localStorage.getItem(SINGLE_KEYS_OFF) === "1") return true;
  if (document.querySelector(":popover-open") !== null) return true;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest("input, select, textarea, [contenteditable=true]")) return true;
  return target?.closest("dialog:modal, [popover]") !== null && target !== null;
}
