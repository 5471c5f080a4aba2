"use client";
import { type RefCallback, useCallback, useEffect, useRef, useState } from "react";

/** What is shown, and what waits behind a button so that nothing moves under the pointer. */
export interface HeldList<T> {
  shown: readonly T[];
  fresh: number;
  gone: number;
  show: () => void;
  /** Put this on the element that holds the rows. */
  ref: RefCallback<HTMLElement>;
}

export interface Merged<T> {
  shown: readonly T[];
  fresh: number;
  gone: number;
}

/** Rows on screen keep their place and take new contents; new rows wait, and rows that left stay. */
export function mergeHeld<T>(held: readonly T[], next: readonly T[], keyOf: (item: T) => string): Merged<T> {
  const latest = new Map(next.map((item) => [keyOf(item), item]));
  const known = new Set(held.map(keyOf));
  return {
    shown: held.map((item) => latest.get(keyOf(item)) ?? item),
    fresh: next.filter((item) => !known.has(keyOf(item))).length,
    gone: held.filter((item) => !latest.has(keyOf(item))).length,
  };
}

function sameOrder<T>(a: readonly T[], b: readonly T[], keyOf: (item: T) => string): boolean {
  return a.length === b.length && a.every((item, at) => keyOf(item) === keyOf(b[at] as T)); // equal lengths
}

/**
 * Holds the order of a list that live changes arrive in. While the pointer or the focus is inside, rows stay where
 * they are; outside, the list simply follows. `scope` says which list it is: another filter starts afresh.
 */
export function useHeldList<T>(next: readonly T[], keyOf: (item: T) => string, scope: string): HeldList<T> {
  const [held, setHeld] = useState({ scope, items: next });
  const busy = useRef(false);
  const container = useRef<(() => void) | null>(null);
  const current = held.scope === scope ? held.items : next;
  const merged = mergeHeld(current, next, keyOf);

  useEffect(() => {
    setHeld((before) => {
      const restart = before.scope !== scope || before.items.length === 0 || !busy.current;
      const items = restart ? next : mergeHeld(before.items, next, keyOf).shown;
      return before.scope === scope && before.items === items ? before : { scope, items };
    });
  }, [next, scope, keyOf]);

  const ref = useCallback((element: HTMLElement | null) => {
    container.current?.();
    container.current = element === null ? null : watchBusy(element, busy);
  }, []);
  const show = useCallback(() => setHeld({ scope, items: next }), [scope, next]);
  const waiting = !sameOrder(merged.shown, next, keyOf);
  return {
    shown: merged.shown,
    fresh: waiting ? merged.fresh : 0,
    gone: waiting ? merged.gone : 0,
    show,
    ref,
  };
}

function watchBusy(element: HTMLElement, busy: { current: boolean }): () => void {
  const stop = new AbortController();
  const on = () => {
    busy.current = true;
  };
  const off = () => {
    busy.current = element.matches(":hover") || element.contains(document.activeElement);
  };
  element.addEventListener("pointerenter", on, { signal: stop.signal });
  element.addEventListener("focusin", on, { signal: stop.signal });
  element.addEventListener("pointerleave", off, { signal: stop.signal });
  element.addEventListener("focusout", () => setTimeout(off), { signal: stop.signal });
  return () => stop.abort();
}
