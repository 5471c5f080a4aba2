"use client";
import { useSyncExternalStore } from "react";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let nowMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}
function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}
function read(): number {
  if (nowMs === 0) nowMs = Date.now();
  return nowMs;
}

/** The time of day to a quarter minute, for ages and relative ranges; 0 in server-made HTML, which shows no ages. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}
