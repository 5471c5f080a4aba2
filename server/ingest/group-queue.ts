import { randomInt } from "node:crypto";
import { BuilderPool } from "#server/ingest/builder-pool.ts";
import { IdempotencyGuard } from "#server/ingest/idempotency-guard.ts";
import { createIngestCounters, type IngestCounters } from "#server/ingest/ingest-counters.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { OpenGroup, type QueuedRequest } from "#server/ingest/open-group.ts";
import { Ticket } from "#server/ingest/ticket.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendedRequest, AppendGroup, AppendRequest, AppendResult } from "#server/store/append.ts";

/** The writer thread, as ingest sees it. */
export interface GroupWriter {
  append(group: AppendGroup): Promise<AppendResult>;
}

/** Groups at the writer: one that it commits and one that waits there, so that it never waits for this thread. */
const GROUPS_AT_WRITER = 2;
const RETRY_SECONDS_MIN = 1;
const RETRY_SECONDS_MAX = 30;

export interface GroupQueueParts {
  readonly writer: GroupWriter;
  readonly registry: ModelRegistry;
  readonly clock: Clock;
  readonly limits: IngestLimits;
  readonly counters?: IngestCounters;
  /** From 0 to 1; spreads the retries of many senders. */
  readonly jitter?: () => number;
}

/** Bounded waiting room between the door and the writer. Whoever does not fit is told so at once. */
export class GroupQueue {
  readonly pool = new BuilderPool();
  readonly idempotency = new IdempotencyGuard();
  readonly counters: IngestCounters;
  private readonly parts: GroupQueueParts;
  private readonly jitter: () => number;
  private openGroup: OpenGroup;
  private readonly full: OpenGroup[] = [];
  private atWriter = 0;
  private flushPlanned = false;
  private nextGroupId = 1;
  private lastReceivedAt = 0;
  private closing = false;
  private idle: (() => void)[] = [];
  private readonly toldRevisions = new Map<number, number>();
  private readonly changed = new Map<number, ModelSchema>();
  private readonly stopListening: () => void;
  private drainedBytes = 0;
  private drainedSince: number;

  constructor(parts: GroupQueueParts) {
    this.parts = parts;
    this.counters = parts.counters ?? createIngestCounters();
    this.jitter = parts.jitter ?? (() => randomInt(1_000_000) / 1_000_000);
    this.openGroup = new OpenGroup(this.pool);
    this.drainedSince = parts.clock.now();
    this.stopListening = parts.registry.onChange((schema) => this.changed.set(schema.modelId, schema));
  }

  /** The group that requests join now. */
  get open(): OpenGroup {
    return this.openGroup;
  }

  /** Now, but never earlier than it was before: receive times do not step back with the clock. */
  receiveTime(): number {
    this.lastReceivedAt = Math.max(this.lastReceivedAt, this.parts.clock.now());
    return this.lastReceivedAt;
  }

  /** Takes a request in for reading and parsing; throws when there is no room. */
  enter(bytes: number): Ticket {
    const { counters } = this;
    const { limits } = this.parts;
    if (this.closing)
      throw this.refusal("shutting_down", "Plumbline is shutting down; send the same bytes again.");
    const isFull =
      counters.inFlightRequests >= limits.inFlightRequests ||
      counters.queuedRequests >= limits.queuedRequests ||
      counters.queuedBytes + bytes > limits.queuedBytes ||
      counters.inFlightBytes + bytes > limits.inFlightBytes ||
      this.oldestWaitMs() > limits.oldestWaitMs;
    if (isFull) throw this.overloaded();
    counters.inFlightRequests++;
    const ticket = new Ticket(counters, () => this.tellWhenIdle());
    this.grow(ticket, bytes);
    return ticket;
  }

  /** Counts more bytes of a request than were known at first; throws when there is no room for them. */
  grow(ticket: Ticket, bytes: number): void {
    if (this.counters.inFlightBytes + bytes > this.parts.limits.inFlightBytes) throw this.overloaded();
    this.counters.inFlightBytes += bytes;
    ticket.bytes += bytes;
  }

  /** Queues a request whose rows are in the open group already. Resolves when they are committed. */
  submit(append: AppendRequest, rows: number, bytes: number): Promise<AppendedRequest> {
    return new Promise((resolve, reject) => {
      this.openGroup.add({ append, rows, bytes, queuedAt: this.parts.clock.now(), resolve, reject });
      this.counters.queuedRequests++;
      this.counters.queuedBytes += bytes;
      const { limits } = this.parts;
      if (this.openGroup.rows >= limits.groupRows || this.openGroup.bytes >= limits.groupBytes)
        this.sealOpenGroup();
      this.planFlush();
    });
  }

  private overloaded(): ServiceError {
    return this.refusal("overloaded", "More comes in than can be written; send the same bytes again later.");
  }

  refusal(reason: string, message: string): ServiceError {
    return new ServiceError("unavailable", message, { reason, retryAfterSeconds: this.retryAfterSeconds() });
  }

  /** Refuses newcomers from now on; resolves when everything taken in is answered. */
  close(): Promise<void> {
    this.closing = true;
    this.stopListening();
    return new Promise((resolve) => {
      this.idle.push(resolve);
      this.tellWhenIdle();
    });
  }

  private oldestWaitMs(): number {
    const oldest = (this.full[0] ?? this.openGroup).requests[0];
    return oldest === undefined ? 0 : this.parts.clock.now() - oldest.queuedAt;
  }

  /** Time to drain what waits, at the speed of late, spread by half either way. */
  private retryAfterSeconds(): number {
    const elapsedSeconds = Math.max(0.001, (this.parts.clock.now() - this.drainedSince) / 1_000);
    const perSecond = this.drainedBytes / elapsedSeconds;
    const seconds = perSecond > 0 ? this.counters.queuedBytes / perSecond : RETRY_SECONDS_MIN;
    const bounded = Math.min(RETRY_SECONDS_MAX, Math.max(RETRY_SECONDS_MIN, seconds));
    return Math.min(
      RETRY_SECONDS_MAX,
      Math.max(RETRY_SECONDS_MIN, Math.round(bounded * (0.5 + this.jitter()))),
    );
  }

  private sealOpenGroup(): void {
    this.full.push(this.openGroup);
    this.openGroup = new OpenGroup(this.pool);
  }

  /** At the end of this turn, so that requests which arrived together are committed together. */
  private planFlush(): void {
    if (this.flushPlanned) return;
    this.flushPlanned = true;
    setImmediate(() => {
      this.flushPlanned = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.atWriter < GROUPS_AT_WRITER) {
      const group = this.full.shift() ?? this.takeOpenGroup();
      if (group === null) return;
      this.send(group);
    }
  }

  /** An idle writer takes whatever there is; a busy one gets a second group only when that is worth a commit of its own. */
  private takeOpenGroup(): OpenGroup | null {
    const { rows, bytes, requests } = this.openGroup;
    if (requests.length === 0) return null;
    const { limits } = this.parts;
    const isLarge = rows * 4 >= limits.groupRows || bytes * 4 >= limits.groupBytes;
    if (this.atWriter > 0 && !isLarge) return null;
    const group = this.openGroup;
    this.openGroup = new OpenGroup(this.pool);
    return group;
  }

  private send(group: OpenGroup): void {
    this.atWriter++;
    this.counters.groups++;
    const { predictions, labels } = group.pack();
    const schemas = this.schemasFor([...predictions, ...labels].map(({ modelId }) => modelId));
    const requests = group.requests.map(({ append }) => append);
    const groupId = this.nextGroupId++;
    const receivedAt = this.receiveTime();
    this.parts.writer.append({ groupId, receivedAt, schemas, predictions, labels, requests }).then(
      (result) => this.settle(group, () => answer(group.requests, result)),
      (error: unknown) => {
        this.toldRevisions.clear();
        this.settle(group, () => {
          for (const request of group.requests) request.reject(error);
        });
      },
    );
  }

  /** Every model of the group that the writer has not heard of in its present state, and every one that changed. */
  private schemasFor(modelIds: readonly number[]): ModelSchema[] {
    const due = new Map(this.changed);
    this.changed.clear();
    for (const modelId of modelIds) {
      const schema = this.parts.registry.byId(modelId);
      if (schema !== null && this.toldRevisions.get(modelId) !== schema.revision) due.set(modelId, schema);
    }
    for (const schema of due.values()) this.toldRevisions.set(schema.modelId, schema.revision);
    return [...due.values()];
  }

  private settle(group: OpenGroup, tell: () => void): void {
    this.atWriter--;
    this.counters.queuedRequests -= group.requests.length;
    this.counters.queuedBytes -= group.bytes;
    this.noteDrained(group.bytes);
    tell();
    this.flush();
    this.tellWhenIdle();
  }

  /** Halves the past when it grows old, so that the speed is that of the last half minute. */
  private noteDrained(bytes: number): void {
    const now = this.parts.clock.now();
    this.drainedBytes += bytes;
    const elapsed = now - this.drainedSince;
    if (elapsed < 20_000) return;
    this.drainedBytes /= 2;
    this.drainedSince = now - elapsed / 2;
  }

  private tellWhenIdle(): void {
    const { inFlightRequests, queuedRequests } = this.counters;
    if (inFlightRequests > 0 || queuedRequests > 0 || this.atWriter > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

function answer(requests: readonly QueuedRequest[], result: AppendResult): void {
  const inOrder = requests.every((request, i) => result.requests[i]?.requestId === request.append.requestId);
  const byId = inOrder ? null : new Map(result.requests.map((appended) => [appended.requestId, appended]));
  for (const [i, request] of requests.entries()) {
    const appended = byId === null ? result.requests[i] : byId.get(request.append.requestId);
    if (appended === undefined) request.reject(new Error("The writer did not answer for a request."));
    else request.resolve(appended);
  }
}
