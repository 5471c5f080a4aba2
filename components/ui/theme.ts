"use client";
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";
const KEY = "plumbline-theme";
const listeners = new Set<() => void>();

function isTheme(value: string | null): value is Theme {
  return value === "light" || value === "dark" || value === "system";
}
function read(): Theme {
  const stored = window.localStorage.getItem(KEY);
  return isTheme(stored) ? stored : "system";
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setTheme(theme: Theme): void {
  window.localStorage.setItem(KEY, theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read, () => "system" as const);
}
