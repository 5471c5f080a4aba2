import type { LiveChange } from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { formatInstant } from "#server/kernel/instant.ts";

export interface LiveEvent {
  readonly id: string;
  readonly change: LiveChange;
}

type Change = LiveChange extends infer One ? (One extends { at: string } ? Omit<One, "at"> : never) : never;

/** Windows of one model and version that changed; times in milliseconds since 1970. */
export interface ChangedWindows {
  readonly model: string;
  readonly version: string;
  readonly from: number;
  readonly to: number;
  readonly watermark: number;
}

export interface LiveBus {
  publish(change: Change): void;
  /** Joined with what else changed lately, so that a flood of rows is a few messages a second. */
  windowsChanged(changed: ChangedWindows): void;
  subscribe(signal: AbortSignal, who: string, lastEventId: string | null): AsyncGenerator<LiveEvent>;
  streams(): number;
  /** Ends every stream. */
  close(): void;
}

export interface LiveBusOptions {
  readonly clock: Clock;
  /** Runs once after so many milliseconds; tests pass their own. */
  readonly later?: (run: () => void, afterMs: number) => void;
}

export const STREAMS_MAX = 200;
export const STREAMS_PER_CALLER_MAX = 40;
const COALESCE_MS = 250;
const REMEMBERED_MAX = 500;

interface Subscriber {
  readonly who: string;
  queue: LiveEvent[];
  wake: (() => void) | null;
}

export function createLiveBus({ clock, later = defaultLater }: LiveBusOptions): LiveBus {
  const boot = clock.now().toString(36);
  const subscribers = new Set<Subscriber>();
  const waiting = new Map<string, ChangedWindows>();
  let remembered: LiveEvent[] = [];
  let count = 0;
  let isPlanned = false;
  let isClosed = false;

  const lastId = () => `${boot}.${count}`;
  const now = () => formatInstant(clock.now());
  const send = (change: LiveChange) => {
    count += 1;
    const event = { id: lastId(), change };
    remembered = [...remembered.slice(1 - REMEMBERED_MAX), event];
    for (const subscriber of subscribers) push(subscriber, event);
  };
  const hello = (): LiveEvent => ({ id: lastId(), change: { kind: "hello", at: now() } });
  const push = (subscriber: Subscriber, event: LiveEvent) => {
    subscriber.queue.push(event);
    // Whoever reads too slowly starts over: "hello" makes the page ask for everything it shows.
    if (subscriber.queue.length > REMEMBERED_MAX) subscriber.queue = [hello()];
    subscriber.wake?.();
  };
  const flush = () => {
    isPlanned = false;
    for (const { model, version, from, to, watermark } of waiting.values()) {
      send({
        kind: "windows",
        model,
        version,
        from: formatInstant(from),
        to: formatInstant(to),
        watermark: formatInstant(watermark),
        at: now(),
      });
    }
    waiting.clear();
  };
  const missedSince = (id: string | null): LiveEvent[] => {
    if (id === lastId()) return [];
    const index = remembered.findIndex((event) => event.id === id);
    return index < 0 ? [hello()] : remembered.slice(index + 1);
  };

  return {
    publish: (change) => send({ ...change, at: now() }),
    windowsChanged: (changed) => {
      const key = JSON.stringify([changed.model, changed.version]);
      waiting.set(key, join(waiting.get(key), changed));
      if (isPlanned) return;
      isPlanned = true;
      later(flush, COALESCE_MS);
    },
    subscribe: async function* (signal, who, lastEventId) {
      requireRoom(subscribers, who);
      const subscriber: Subscriber = { who, queue: missedSince(lastEventId), wake: null };
      subscribers.add(subscriber);
      const wake = () => subscriber.wake?.();
      signal.addEventListener("abort", wake);
      try {
        while (!signal.aborted && !isClosed) {
          const event = subscriber.queue.shift();
          if (event !== undefined) yield event;
          else await new Promise<void>((resolve) => (subscriber.wake = resolve));
        }
      } finally {
        signal.removeEventListener("abort", wake);
        subscribers.delete(subscriber);
      }
    },
    streams: () => subscribers.size,
    close: () => {
      isClosed = true;
      for (const subscriber of subscribers) subscriber.wake?.();
    },
  };
}

function defaultLater(run: () => void, afterMs: number): void {
  setTimeout(run, afterMs).unref();
}

function join(before: ChangedWindows | undefined, changed: ChangedWindows): ChangedWindows {
  if (before === undefined) return changed;
  return {
    ...changed,
    from: Math.min(before.from, changed.from),
    to: Math.max(before.to, changed.to),
    watermark: Math.max(before.watermark, changed.watermark),
  };
}

function requireRoom(subscribers: ReadonlySet<Subscriber>, who: string): void {
  const own = [...subscribers].filter((subscriber) => subscriber.who === who).length;
  if (subscribers.size < STREAMS_MAX && own < STREAMS_PER_CALLER_MAX) return;
  throw new ServiceError(
    "unavailable",
    "All live-update streams are taken; close other pages or try again later.",
    {
      reason: "too_many_streams",
      retryAfterSeconds: 30,
    },
  );
}
