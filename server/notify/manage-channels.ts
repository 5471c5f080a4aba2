import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import {
  type ChannelRow,
  countFailures,
  countMonitorsByChannel,
  deleteChannel as deleteChannelRow,
  insertChannel,
  readChannel,
  readChannels,
  updateChannel as updateChannelRow,
} from "#db/queries/channels.ts";
import {
  abandonMessages,
  insertMessage,
  type OutboxRow,
  readDeliveries,
  readMessage,
  readMessageAlerts,
} from "#db/queries/outbox.ts";
import type { Channel, ChannelWithSecret, CreateChannelInput } from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import type { SecretBox } from "#server/notify/secret-box.ts";
import type { TargetGuard } from "#server/notify/target-guard.ts";

export interface ChannelServiceArgs<Input = undefined> {
  readonly db: MetaDatabase;
  readonly clock: Clock;
  readonly input: Input;
}
export interface ChannelChangeArgs<Input> extends ChannelServiceArgs<Input> {
  readonly actor: string;
}

/** One message to a channel, as far as it got. */
export interface Delivery {
  id: string;
  channelId: string;
  kind: OutboxRow["kind"];
  status: OutboxRow["status"];
  attempts: number;
  code: number | null;
  error: string | null;
  alertIds: string[];
  createdAt: string;
  deliveredAt: string | null;
  nextAttemptAt: string | null;
}

const DAY_MS = 24 * 3_600_000;
const SECRET_BYTES = 24;
const DELIVERIES_MAX = 100;
const TEST_GROUP = "test";

export function listChannels({ db, clock }: Omit<ChannelServiceArgs, "input">): Channel[] {
  const monitors = countMonitorsByChannel(db);
  const failures = countFailures(db, clock.now() - DAY_MS);
  return readChannels(db).map((row) => view(row, monitors.get(row.id) ?? 0, failures.get(row.id) ?? 0));
}

/** The secret is answered here and never again. */
export function createChannel(
  args: ChannelChangeArgs<z.infer<typeof CreateChannelInput>> & {
    readonly box: SecretBox;
    readonly guard: Pick<TargetGuard, "checkUrl">;
  },
): ChannelWithSecret {
  const { db, clock, actor, box, guard, input } = args;
  const url = guard.checkUrl(input.url);
  const id = newId("ch");
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  const row: ChannelRow = {
    id,
    kind: input.kind,
    name: input.name.trim(),
    target: maskTarget(url),
    sealedUrl: box.seal(url.href, { table: "channels", column: "url", id }),
    sealedSecret: box.seal(secret, { table: "channels", column: "secret", id }),
    enabled: true,
    disabledReason: null,
    failingSince: null,
    lastAttemptAt: null,
    lastOk: null,
    lastCode: null,
    lastError: null,
    createdAt: clock.now(),
    createdBy: actor,
  };
  insertChannel(db, row);
  return { ...view(row, 0, 0), secret };
}

export function updateChannel(
  args: ChannelChangeArgs<{ id: string; name?: string; enabled?: boolean }>,
): Channel {
  const { db, clock, input } = args;
  return inTransaction(db, () => {
    const row = findChannel(db, input.id);
    const enabled = input.enabled ?? row.enabled;
    updateChannelRow(db, row.id, {
      name: input.name?.trim() ?? row.name,
      enabled,
      ...(enabled && !row.enabled ? { disabledReason: null, failingSince: null } : {}),
      ...(!enabled && row.enabled ? { disabledReason: "Turned off by hand." } : {}),
    });
    if (!enabled && row.enabled) abandonMessages(db, row.id, "The channel was turned off.");
    return viewOne(db, clock, row.id);
  });
}

export function deleteChannel({ db, input }: ChannelChangeArgs<{ id: string }>): void {
  inTransaction(db, () => deleteChannelRow(db, findChannel(db, input.id).id));
}

/** A test takes the way of every message, so that it tests that way. */
export function testChannel({ db, clock, actor, input }: ChannelChangeArgs<{ id: string }>): Delivery {
  return inTransaction(db, () => {
    const channel = findChannel(db, input.id);
    if (!channel.enabled) {
      throw new ServiceError("conflict", "The channel is off; turn it on before testing it.", {
        reason: "channel_disabled",
      });
    }
    const now = clock.now();
    const id = newId("msg");
    insertMessage(
      db,
      {
        id,
        channelId: channel.id,
        // A group of its own each time: a test never waits behind one that fails.
        groupKey: `${TEST_GROUP} ${id}`,
        kind: "test",
        message: { kind: "test", channel: channel.name, by: actor },
        attempts: 0,
        nextAt: now,
        createdAt: now,
      },
      [],
    );
    const row = readMessage(db, id);
    if (row === null) throw new Error("A message that was just written is not there.");
    return viewDelivery(row, []);
  });
}

export function listDeliveries({ db, input }: ChannelServiceArgs<{ id: string }>): Delivery[] {
  const rows = readDeliveries(db, findChannel(db, input.id).id, DELIVERIES_MAX);
  const alertIds = readMessageAlerts(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => viewDelivery(row, alertIds.get(row.id) ?? []));
}

function viewOne(db: MetaDatabase, clock: Clock, id: string): Channel {
  const row = findChannel(db, id);
  const failures = countFailures(db, clock.now() - DAY_MS).get(id) ?? 0;
  return view(row, countMonitorsByChannel(db).get(id) ?? 0, failures);
}

function view(row: ChannelRow, monitors: number, failures24h: number): Channel {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    target: row.target,
    enabled: row.enabled,
    createdAt: formatInstant(row.createdAt),
    lastDelivery:
      row.lastAttemptAt === null
        ? null
        : {
            at: formatInstant(row.lastAttemptAt),
            ok: row.lastOk ?? false,
            code: row.lastCode,
            error: row.lastError,
          },
    failures24h,
    monitors,
    disabledReason: row.disabledReason,
    failingSince: formatInstantOrNull(row.failingSince),
  };
}

function viewDelivery(row: OutboxRow, alertIds: string[]): Delivery {
  const isWaiting = row.status === "queued" || row.status === "retry";
  return {
    id: row.id,
    channelId: row.channelId,
    kind: row.kind,
    status: row.status,
    attempts: row.attempts,
    code: row.lastCode,
    error: row.lastError,
    alertIds,
    createdAt: formatInstant(row.createdAt),
    deliveredAt: formatInstantOrNull(row.deliveredAt),
    nextAttemptAt: isWaiting ? formatInstant(row.nextAt) : null,
  };
}

function findChannel(db: MetaDatabase, id: string): ChannelRow {
  const row = readChannel(db, id);
  if (row !== null) return row;
  throw new ServiceError("not_found", "There is no channel of that id; it may have been deleted.", {
    reason: "unknown_channel",
  });
}

const SHOWN_OF_PATH = 4;

/** Origin and the last characters of the path: enough to recognise it, too little to use it. */
function maskTarget(url: URL): string {
  const path = `${url.pathname}${url.search}`;
  if (path === "/" || path === "") return url.origin;
  return path.length <= SHOWN_OF_PATH ? `${url.origin}/…` : `${url.origin}/…${path.slice(-SHOWN_OF_PATH)}`;
}
