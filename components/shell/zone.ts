"use client";
import { useQueryState } from "nuqs";
import { useSyncExternalStore } from "react";
import { scopeParsers } from "#components/shell/search-params.ts";

/** `utc`, `local` or an IANA name from the URL; anything unknown reads as UTC. */
export function zoneOf(text: string, localZone: string): string {
  if (text === "local") return localZone;
  if (text === "utc") return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

const never = () => () => undefined;
const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The server cannot know the reader's zone, so the first paint is in UTC. */
export function useLocalZone(): string {
  return useSyncExternalStore(never, localZone, () => "UTC");
}

export function useZone(): { zone: string; tz: string; setTz: (tz: string) => void } {
  const local = useLocalZone();
  const [tz, set] = useQueryState("tz", scopeParsers.tz);
  return { zone: zoneOf(tz, local), tz, setTz: (next) => void set(next) };
}
