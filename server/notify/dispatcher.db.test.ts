import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTimeline } from "#db/queries/alerts.ts";
import { updateMonitorRow } from "#db/queries/monitors.ts";
import { outbox } from "#db/schema/outbox.ts";
import { acknowledgeAlert, silenceAlert } from "#server/alerts/manage-alerts.ts";
import { NOTICE_TIMING } from "#server/alerts/notice-timing.ts";
import { tellDue } from "#server/alerts/tell.ts";
import { createDispatcher, type Dispatcher } from "#server/notify/dispatcher.ts";
import {
  createChannel,
  listChannels,
  listDeliveries,
  testChannel,
  updateChannel,
} from "#server/notify/manage-channels.ts";
import { createSecretBox } from "#server/notify/secret-box.ts";
import { createWebhookSender, type Send } from "#server/notify/send-webhook.ts";
import { createTargetGuard } from "#server/notify/target-guard.ts";
import { type AlertWorld, openAlertWorld } from "#server/testing/alert-world.ts";
import { openWebhookSink, type WebhookSink } from "#server/testing/webhook-sink.ts";

const box = createSecretBox("a secret key of thirty-two characters");
const guard = createTargetGuard({ allowedPrivateTargets: ["127.0.0.1"], connectTimeoutMs: 2_000 });
const send = createWebhookSender(guard, 5_000);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: AlertWorld;
let sink: WebhookSink;
let dispatcher: Dispatcher;
beforeEach(async () => {
  world = openAlertWorld();
  sink = await openWebhookSink();
  dispatcher = dispatch(send);
});
afterEach(async () => {
  await sink.close();
  world.close();
});

function dispatch(sender: Send): Dispatcher {
  return createDispatcher({
    db: world.db,
    clock: world.clock,
    random: () => 0.5,
    box,
    send: sender,
    publicUrl: "https://plumbline.example.org",
  });
}
const args = <Input>(input: Input) => ({ db: world.db, clock: world.clock, actor: "ann@example.org", input });
const channel = (url = sink.url) =>
  createChannel({ ...args({ kind: "webhook", name: "On call", url }), box, guard });
const rows = () => world.db.select().from(outbox).all();
const statuses = () => rows().map((row) => row.status);
const told = () =>
  sink.received.map(({ json }) => [json.type, json.data.alerts?.map((alert) => alert.state)]);
async function after(ms: number) {
  world.clock.advance(ms);
  await dispatcher.drain();
}
function fire(hour = 1001, severity: "page" | "ticket" = "page") {
  const made = channel();
  world.monitor({ channels: [made.id], severity });
  world.live(hour, 0.6);
  return made;
}

test("a message is signed, says value, interval, n and limit, and arrives once after the group wait", async () => {
  const made = fire();
  await dispatcher.drain();
  expect(sink.received).toHaveLength(0);
  await after(5_000);
  await after(MINUTE_MS);
  expect(sink.received).toHaveLength(1);
  const [{ headers, body }] = sink.received as [(typeof sink.received)[number]];
  expect(headers["webhook-id"]).toBe(rows()[0]?.id);
  const [timestamp, signature] = [headers["webhook-timestamp"], headers["webhook-signature"]].map(String);
  expect(signature).toBe(
    new Webhook(made.secret).sign(String(headers["webhook-id"]), new Date(Number(timestamp) * 1000), body),
  );
  const [alert] = world.alerts();
  expect(JSON.parse(body)).toMatchObject({
    type: "alert.firing",
    data: {
      model: "flight-late",
      alerts: [
        {
          id: alert?.id,
          title: "ROC AUC fell below 0.70: now 0.60, 95 % CI 0.60–0.60, 1,000 labelled rows.",
          value: 0.6,
          interval: { lo: 0.6, hi: 0.6, level: 0.95 },
          n: 1000,
          limit: 0.7,
          links: { alert: `https://plumbline.example.org/alerts/${alert?.id}` },
        },
      ],
    },
  });
  expect(readTimeline(world.db, alert?.id ?? "").map((entry) => entry.text)).toContain(
    "Delivered to On call.",
  );
});

test("the end is told at once, to who heard of the beginning", async () => {
  fire();
  await after(5_000);
  world.live(1002, 0.8);
  await dispatcher.drain();
  expect(told()).toEqual([
    ["alert.firing", ["firing"]],
    ["alert.resolved", ["resolved"]],
  ]);
});

test("500 is tried again under the same id and in order; what resolved meanwhile becomes one message", async () => {
  fire();
  sink.answer(500, 500);
  await after(5_000);
  world.clock.advance(10_000);
  await dispatcher.drain();
  expect(sink.received).toHaveLength(2);
  expect(new Set(sink.received.map((entry) => entry.headers["webhook-id"])).size).toBe(1);
  world.live(1002, 0.8);
  await after(HOUR_MS);
  expect(statuses()).toEqual(["superseded", "delivered"]);
  expect(rows()[0]?.supersededBy).toBe(rows()[1]?.id);
  expect(told().at(-1)).toEqual(["alert.resolved", ["resolved"]]);
  const [last] = sink.received.slice(-1);
  expect(JSON.parse(last?.body ?? "").data.alerts[0]).toMatchObject({
    openedAt: "1970-02-11T17:00:00.000Z",
    closedAt: "1970-02-11T18:00:00.000Z",
  });
});

test("429 is not met again before its Retry-After", async () => {
  fire();
  sink.answer((response) => response.writeHead(429, { "retry-after": "700" }).end());
  await after(5_000);
  await after(699_000);
  expect(sink.received).toHaveLength(1);
  await after(1_000);
  expect(statuses()).toEqual(["delivered"]);
});

test("a redirect is not followed, and is given up after three attempts", async () => {
  const other = await openWebhookSink();
  fire();
  const redirect = (response: import("node:http").ServerResponse) =>
    response.writeHead(302, { location: other.url }).end();
  sink.answer(redirect, redirect, redirect);
  for (const ms of [5_000, HOUR_MS, HOUR_MS, HOUR_MS]) await after(ms);
  expect(sink.received).toHaveLength(3);
  expect(other.received).toHaveLength(0);
  expect(statuses()).toEqual(["dead"]);
  world.live(1006, 0.8);
  await after(HOUR_MS);
  expect(sink.received).toHaveLength(3);
  await other.close();
});

test("410 turns the channel off and drops what waited for it", async () => {
  fire();
  sink.answer(410);
  await after(5_000);
  expect(listChannels(args(undefined))[0]).toMatchObject({
    enabled: false,
    disabledReason: "The receiver answered 410: gone for good.",
    lastDelivery: { ok: false, code: 410 },
  });
  expect(statuses()).toEqual(["dead"]);
  world.live(1002, 0.8);
  await after(HOUR_MS);
  expect(sink.received).toHaveLength(1);
});

test("a receiver that hangs is a failure, and holds up nobody else", async () => {
  const hanging = await openWebhookSink();
  hanging.answer(() => {});
  const slow = channel(hanging.url);
  const fine = channel();
  world.monitor({ channels: [slow.id, fine.id], severity: "page" });
  world.live(1001, 0.6);
  dispatcher = dispatch(createWebhookSender(guard, 200));
  await after(5_000);
  expect(sink.received).toHaveLength(1);
  expect(listDeliveries(args({ id: slow.id }))[0]).toMatchObject({
    status: "retry",
    code: null,
    error: "No answer came in time.",
  });
  await after(MINUTE_MS);
  expect(hanging.received).toHaveLength(2);
  await hanging.close();
});

test("a receiver that dies in the middle is tried again", async () => {
  fire();
  sink.answer((response) => response.destroy());
  await after(5_000);
  expect(rows()[0]).toMatchObject({ status: "retry", lastError: "The connection failed." });
  await after(MINUTE_MS);
  expect(statuses()).toEqual(["delivered"]);
});

test("a crash after sending and before marking repeats the message under the same id", async () => {
  fire();
  world.clock.advance(5_000);
  let reached = () => {};
  const sent = new Promise<void>((resolve) => {
    reached = resolve;
  });
  // The first sender delivers and is never heard of again.
  dispatch(async (message) => {
    await send(message);
    reached();
    return new Promise(() => {});
  }).start();
  await sent;
  world.reopen();
  dispatcher = dispatch(send);
  await dispatcher.drain();
  expect(sink.received).toHaveLength(1);
  await after(MINUTE_MS);
  expect(sink.received).toHaveLength(2);
  const [first, second] = sink.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.body).toBe(first?.body);
  expect(statuses()).toEqual(["delivered"]);
});

test("a sender that lost its lease does not overwrite its heir", async () => {
  fire();
  world.clock.advance(5_000);
  let answer = (_outcome: Awaited<ReturnType<Send>>) => {};
  const late = dispatch(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  late.start();
  await after(MINUTE_MS);
  expect(statuses()).toEqual(["delivered"]);
  answer({ code: 500, error: "late", retryAfterMs: null });
  await late.stop();
  expect(statuses()).toEqual(["delivered"]);
});

test("alerts of a model that fire together are one message; one that joins later waits its turn", async () => {
  const made = channel();
  for (const name of ["a", "b"]) world.monitor({ name, channels: [made.id], severity: "page" });
  world.live(1001, 0.6);
  await after(5_000);
  expect(told()).toEqual([["alert.firing", ["firing", "firing"]]]);
  world.monitor({ name: "c", channels: [made.id], severity: "page" });
  world.evaluate("all");
  await after(5_000);
  expect(sink.received).toHaveLength(1);
  await after(MINUTE_MS);
  expect(sink.received).toHaveLength(2);
});

test("an alert that nobody acknowledged is told again; acknowledged, it is not", async () => {
  fire();
  await after(5_000);
  const remind = async (ms: number) => {
    world.clock.advance(ms);
    tellDue({ db: world.db, now: world.clock.now(), timing: NOTICE_TIMING });
    await after(MINUTE_MS);
  };
  await remind(3 * HOUR_MS);
  expect(sink.received).toHaveLength(1);
  await remind(HOUR_MS);
  expect(sink.received).toHaveLength(2);
  acknowledgeAlert(args({ id: world.alerts()[0]?.id ?? "" }));
  await remind(20 * HOUR_MS);
  expect(sink.received).toHaveLength(2);
  await remind(5 * HOUR_MS);
  expect(sink.received).toHaveLength(3);
});

test("a silence holds reminders, its end is told once, and the resolution always is", async () => {
  fire();
  await after(5_000);
  const until = new Date(world.clock.now() + 48 * HOUR_MS).toISOString();
  silenceAlert(args({ id: world.alerts()[0]?.id ?? "", until, reason: "Known." }));
  for (const hours of [24, 25, 1]) {
    world.clock.advance(hours * HOUR_MS);
    tellDue({ db: world.db, now: world.clock.now(), timing: NOTICE_TIMING });
    await after(MINUTE_MS);
  }
  const reasons = () => sink.received.map(({ body }) => JSON.parse(body).data.alerts[0].reason);
  expect(reasons()).toEqual(["fired", "silence-ended"]);
  const again = new Date(world.clock.now() + HOUR_MS).toISOString();
  silenceAlert(args({ id: world.alerts()[0]?.id ?? "", until: again, reason: "Still known." }));
  world.put(1002, 0.8);
  world.evaluate("all");
  await dispatcher.drain();
  expect(reasons()).toEqual(["fired", "silence-ended", "resolved"]);
});

test("a metric that toggles for two hours causes at most three messages an hour, and its final state is told", async () => {
  const made = channel();
  world.monitor({ channels: [made.id], severity: "ticket" });
  world.live(1001, 0.6);
  const turn = async () => {
    world.clock.advance(5 * MINUTE_MS);
    world.evaluate([[1001, 1001]]);
    tellDue({ db: world.db, now: world.clock.now(), timing: NOTICE_TIMING });
    await dispatcher.drain();
  };
  for (let count = 0; count < 24; count += 1) {
    // Fires at once, and is withdrawn five minutes later: the fastest that a metric can toggle.
    world.put(1001, count % 2 === 0 ? 0.6 : 0.8);
    await turn();
  }
  world.put(1001, 0.8);
  for (let count = 0; count < 24; count += 1) await turn();
  const at = sink.received.map(({ headers }) => Number(headers["webhook-timestamp"]) * 1000);
  const perHour = at.map((from) => at.filter((time) => time >= from && time < from + HOUR_MS).length);
  expect(Math.max(...perHour)).toBeLessThanOrEqual(3);
  expect(told().at(-1)).toEqual(["alert.resolved", ["resolved"]]);
});

test("a test message goes through the outbox", async () => {
  const made = channel();
  expect(testChannel(args({ id: made.id }))).toMatchObject({ kind: "test", status: "queued", attempts: 0 });
  await dispatcher.drain();
  expect(told()).toEqual([["channel.test", undefined]]);
  expect(listDeliveries(args({ id: made.id }))).toMatchObject([
    { status: "delivered", code: 200, attempts: 1 },
  ]);
});

test("a channel that is off is neither tested nor told", async () => {
  const made = channel();
  updateChannel(args({ id: made.id, enabled: false }));
  expect(() => testChannel(args({ id: made.id }))).toThrow("The channel is off");
  world.monitor({ channels: [made.id] });
  world.live(1001, 0.6);
  expect(rows()).toEqual([]);
});

test("what an imported history shows is told to nobody", async () => {
  const made = channel();
  world.monitor({ channels: [made.id] });
  for (let hour = 100; hour < 200; hour += 1) world.put(hour, hour % 10 === 0 ? 0.6 : 0.8);
  world.evaluate("all");
  tellDue({ db: world.db, now: world.clock.now(), timing: NOTICE_TIMING });
  expect(world.alerts()).toHaveLength(10);
  expect(rows()).toEqual([]);
});

test("a hundred alerts on a failing channel: all told in the end, firing before resolved", async () => {
  const made = channel();
  const monitors = Array.from({ length: 100 }, (_, index) =>
    world.monitor({ name: `m${index}`, channels: [made.id], severity: "page" }),
  );
  sink.answer(...Array.from({ length: 6 }, () => 503));
  world.live(1001, 0.6);
  await after(5_000);
  for (const { id } of monitors.slice(50)) updateMonitorRow(world.db, id, { enabled: false });
  world.evaluate();
  for (let turn = 0; turn < 12; turn += 1) await after(30 * MINUTE_MS);
  const seen = new Map<string, string[]>();
  for (const { json } of sink.received.slice(6)) {
    for (const { id, state } of json.data.alerts ?? []) seen.set(id, [...(seen.get(id) ?? []), state]);
  }
  const listed = sink.received.slice(6).flatMap(({ body }) => JSON.parse(body).data);
  expect(listed[0].alerts.length + listed[0].more).toBe(100);
  for (const states of seen.values()) expect(states).toEqual(states.toSorted());
  expect(statuses().filter((status) => status !== "superseded" && status !== "delivered")).toEqual([]);
});
