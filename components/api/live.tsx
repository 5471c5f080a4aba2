"use client";
import { type Query, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { isTouchedBy } from "#components/api/stale-queries.ts";
import { useApiClient } from "#components/api/use-api.ts";
import type { LiveChange } from "#server/api/contract.ts";

export type Connection = "live" | "catching-up" | "paused" | "disconnected";
export interface Live {
  connection: Connection;
  /** When the last change or hello came, or the line broke; epoch ms. */
  since: number | null;
  pause: () => void;
  resume: () => void;
}

const LiveContext = createContext<Live>({
  connection: "catching-up",
  since: null,
  pause: () => undefined,
  resume: () => undefined,
});
export const useLive = () => useContext(LiveContext);

/** A block is asked again at most once a second, however fast changes come; the first of a burst waits only for its batch. */
const REFETCH_EVERY_MS = 1_000;
const BATCH_MS = 200;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** One subscription for the tab. Changes mark what is on screen as stale; data that is shown stays until new data is there. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useApiClient();
  const refresh = useRefresh();
  const [state, setState] = useState<{ connection: Connection; since: number | null }>({
    connection: "catching-up",
    since: null,
  });
  const [paused, setPaused] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const line = useRef({ everStarted: false, failures: 0 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens another line
  useEffect(() => {
    if (paused) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let left = false;
    // The line mends itself after a broken connection, but not after a refusal or a server that said goodbye.
    const lost = () => {
      if (left) return;
      setState(disconnected);
      timer ??= setTimeout(() => setAttempt((before) => before + 1), retryMs(line.current.failures));
      line.current.failures += 1;
    };
    const subscription = client.subscription("live.changes", undefined, {
      onStarted: () => {
        if (line.current.everStarted) refresh.everything();
        line.current = { everStarted: true, failures: 0 };
        setState({ connection: "live", since: Date.now() });
      },
      onData: (data) => {
        const change = changeOf(data);
        if (change !== null) refresh.after(change);
      },
      onConnectionStateChange: (next) => {
        if (next.state === "pending") setState({ connection: "live", since: Date.now() });
        if (next.state === "connecting" && next.error) setState(disconnected);
      },
      onError: lost,
      onStopped: lost,
    });
    return () => {
      left = true;
      clearTimeout(timer ?? undefined);
      subscription.unsubscribe();
    };
  }, [client, paused, refresh, attempt]);

  const pause = useCallback(() => setPaused(true), []);
  const resume = useCallback(() => {
    setPaused(false);
    refresh.everything();
  }, [refresh]);
  const connection = paused ? "paused" : state.connection;
  const live = useMemo(
    () => ({ connection, since: state.since, pause, resume }),
    [connection, state.since, pause, resume],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

const disconnected = (previous: { connection: Connection; since: number | null }) =>
  previous.connection === "disconnected"
    ? previous
    : { connection: "disconnected" as const, since: Date.now() };

const retryMs = (failures: number) => Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failures);

/** Tracked events arrive as `{ id, data }`. */
function changeOf(value: unknown): LiveChange | null {
  if (typeof value !== "object" || value === null) return null;
  const inner = "data" in value ? value.data : value;
  return typeof inner === "object" && inner !== null && "kind" in inner ? (inner as LiveChange) : null; // our own server's shape
}

function useRefresh() {
  const queries = useQueryClient();
  const pending = useRef<LiveChange[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const flushedAt = useRef(0);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return useMemo(() => {
    const flush = () => {
      const changes = pending.current.splice(0);
      timer.current = null;
      flushedAt.current = performance.now();
      const touched = (query: Query) => changes.some((change) => isTouchedBy(change, query.queryKey));
      void queries.invalidateQueries({ predicate: touched }, { cancelRefetch: false });
    };
    return {
      after: (change: LiveChange) => {
        pending.current.push(change);
        const waitMs = flushedAt.current + REFETCH_EVERY_MS - performance.now();
        timer.current ??= setTimeout(flush, Math.max(BATCH_MS, waitMs));
      },
      everything: () => void queries.invalidateQueries(),
    };
  }, [queries]);
}
