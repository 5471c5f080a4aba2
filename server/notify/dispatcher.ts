import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { readChannel } from "#db/queries/channels.ts";
import {
  finishMessage,
  type OutboxRow,
  readBacklog,
  readDue,
  releaseExpired,
  updateMessage,
} from "#db/queries/outbox.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { newId } from "#server/kernel/ids.ts";
import { composeBody } from "#server/notify/compose.ts";
import { recordOutcome } from "#server/notify/record-outcome.ts";
import type { SecretBox } from "#server/notify/secret-box.ts";
import type { Outcome, Send } from "#server/notify/send-webhook.ts";

export interface DispatcherOptions {
  readonly db: MetaDatabase;
  readonly clock: Clock;
  /** In [0, 1): spreads retries, so that a receiver that comes back is not met by all at once. */
  readonly random: () => number;
  readonly box: SecretBox;
  readonly send: Send;
  readonly publicUrl: string;
  /** Called after every attempt, once it is on disk. */
  readonly onAttempt?: (row: OutboxRow) => void;
}

export interface Dispatcher {
  /** Starts what is due and has room. Returns the number of messages started. */
  start(): number;
  /** Sends what is due, and what becomes due through that, until nothing is. */
  drain(): Promise<void>;
  /** When the next message is due; null when none waits. */
  nextAt(): number | null;
  /** Waits for messages under way; starts no more. */
  stop(): Promise<void>;
}

/** Longer than any attempt may take: whoever holds a lease past it has died. */
const LEASE_MS = 60_000;
const CONCURRENT_MAX = 16;
const CONCURRENT_PER_CHANNEL = 2;
const DUE_MAX = 256;

/**
 * Sends the outbox at least once: a message is marked only after its answer, so a crash in between repeats it under
 * the same id. One message of a (channel, group) is under way at a time, and the oldest goes first.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, clock } = options;
  const owner = newId("own");
  const underWay = new Map<string, { readonly channelId: string; readonly done: Promise<void> }>();
  let isStopped = false;

  const start = (): number => {
    if (isStopped) return 0;
    const claimed = inTransaction(db, () => claim(db, clock.now(), owner, [...underWay.values()]));
    for (const row of claimed) {
      const done = attempt(options, owner, row).finally(() => underWay.delete(row.id));
      underWay.set(row.id, { channelId: row.channelId, done });
    }
    return claimed.length;
  };
  const settle = () => Promise.all([...underWay.values()].map((entry) => entry.done));
  return {
    start,
    drain: async () => {
      while (start() > 0 || underWay.size > 0) await settle();
    },
    nextAt: () => readBacklog(db).nextAt,
    stop: async () => {
      isStopped = true;
      await settle();
    },
  };
}

function claim(
  db: MetaDatabase,
  now: number,
  owner: string,
  underWay: readonly { readonly channelId: string }[],
): OutboxRow[] {
  releaseExpired(db, now);
  const perChannel = new Map<string, number>();
  for (const { channelId } of underWay) perChannel.set(channelId, (perChannel.get(channelId) ?? 0) + 1);
  const claimed: OutboxRow[] = [];
  for (const row of readDue(db, now, DUE_MAX)) {
    const busy = perChannel.get(row.channelId) ?? 0;
    if (underWay.length + claimed.length >= CONCURRENT_MAX) break;
    if (busy >= CONCURRENT_PER_CHANNEL) continue;
    perChannel.set(row.channelId, busy + 1);
    const lease = {
      status: "sending",
      attempts: row.attempts + 1,
      leaseUntil: now + LEASE_MS,
      leaseOwner: owner,
      lastAttemptAt: now,
    } as const;
    updateMessage(db, row.id, lease);
    claimed.push({ ...row, ...lease });
  }
  return claimed;
}

async function attempt(options: DispatcherOptions, owner: string, row: OutboxRow): Promise<void> {
  const { db, clock, random } = options;
  const outcome = await trySend(options, row);
  inTransaction(db, () => {
    const now = clock.now();
    recordOutcome({
      db,
      now,
      random: random(),
      row,
      outcome,
      finish: (change) => finishMessage(db, row.id, owner, change),
    });
  });
  options.onAttempt?.(row);
}

async function trySend(
  { db, clock, box, send, publicUrl }: DispatcherOptions,
  row: OutboxRow,
): Promise<Outcome> {
  const channel = readChannel(db, row.channelId);
  if (channel === null)
    return { code: null, error: "The channel was deleted.", retryAfterMs: null, isRefused: true };
  try {
    return await send({
      url: box.open(channel.sealedUrl, { table: "channels", column: "url", id: channel.id }),
      secret: box.open(channel.sealedSecret, { table: "channels", column: "secret", id: channel.id }),
      id: row.id,
      at: clock.now(),
      body: composeBody(row.message, row.createdAt, publicUrl),
    });
  } catch {
    // Only opening the box can fail here; sending answers with an outcome.
    return { code: null, error: "The channel's secret needs re-entry.", retryAfterMs: null, isRefused: true };
  }
}
