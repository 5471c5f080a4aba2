import { expect, test } from "vitest";
import { createLiveBus, type LiveEvent, STREAMS_PER_CALLER_MAX } from "#server/api/live-bus.ts";
import { fixedClock } from "#server/kernel/clock.ts";

function open() {
  const planned: (() => void)[] = [];
  const bus = createLiveBus({ clock: fixedClock(0), later: (run) => planned.push(run) });
  const stream = (lastEventId: string | null = null, who = "ada") => {
    const ending = new AbortController();
    return { ending, events: bus.subscribe(ending.signal, who, lastEventId) };
  };
  const flush = () => {
    for (const run of planned.splice(0)) run();
  };
  return { bus, stream, flush };
}
const value = (result: IteratorResult<LiveEvent>): LiveEvent => result.value;

test("a new stream is greeted, then hears every change in order", async () => {
  const { bus, stream } = open();
  const { events, ending } = stream();
  expect(value(await events.next()).change.kind).toBe("hello");
  bus.publish({ kind: "alerts", model: "m" });
  bus.publish({ kind: "channels" });
  expect(value(await events.next()).change).toMatchObject({ kind: "alerts", model: "m" });
  expect(value(await events.next()).change).toMatchObject({ kind: "channels" });
  ending.abort();
  expect((await events.next()).done).toBe(true);
});

test("windows of one version are joined until they are sent", async () => {
  const { bus, stream, flush } = open();
  const { events } = stream();
  await events.next();
  bus.windowsChanged({ model: "m", version: "v1", from: 3_600_000, to: 7_200_000, watermark: 5 });
  bus.windowsChanged({ model: "m", version: "v1", from: 0, to: 3_600_000, watermark: 9 });
  bus.windowsChanged({ model: "m", version: "v2", from: 0, to: 0, watermark: 1 });
  flush();
  expect(value(await events.next()).change).toMatchObject({
    kind: "windows",
    version: "v1",
    from: "1970-01-01T00:00:00.000Z",
    to: "1970-01-01T02:00:00.000Z",
    watermark: "1970-01-01T00:00:00.009Z",
  });
  expect(value(await events.next()).change).toMatchObject({ version: "v2" });
});

test("a dropped stream goes on where it was", async () => {
  const { bus, stream } = open();
  const first = stream();
  await first.events.next();
  bus.publish({ kind: "models", model: "a" });
  const { id } = value(await first.events.next());
  first.ending.abort();
  await first.events.next();
  bus.publish({ kind: "models", model: "b" });
  const second = stream(id);
  expect(value(await second.events.next()).change).toMatchObject({ kind: "models", model: "b" });
  const stranger = stream("another-server.7");
  expect(value(await stranger.events.next()).change.kind).toBe("hello");
});

test("a reader that is too slow starts over instead of growing", async () => {
  const { bus, stream } = open();
  const { events } = stream();
  await events.next();
  for (let index = 0; index < 501; index++) bus.publish({ kind: "models", model: String(index) });
  expect(value(await events.next()).change.kind).toBe("hello");
});

test("streams are counted, limited and leave nothing behind", async () => {
  const { bus, stream } = open();
  const opened = Array.from({ length: STREAMS_PER_CALLER_MAX }, () => stream());
  for (const { events } of opened) await events.next();
  expect(bus.streams()).toBe(STREAMS_PER_CALLER_MAX);
  await expect(stream().events.next()).rejects.toMatchObject({ reason: "too_many_streams" });
  expect(value(await stream(null, "eve").events.next()).change.kind).toBe("hello");
  for (const { events, ending } of opened) {
    ending.abort();
    await events.next();
  }
  expect(bus.streams()).toBe(1);
  bus.close();
});
