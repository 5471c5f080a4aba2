import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { ServiceError } from "#server/kernel/errors.ts";
import { connectRpc, serveRpc } from "#server/kernel/worker-rpc.ts";

const methods = {
  double: ({ n }: { n: number }) => n * 2,
  later: async ({ text }: { text: string }) => `${text}!`,
  refuse: (_input: null): never => {
    throw new ServiceError("not_found", "There is no such thing.", {
      reason: "unknown_thing",
      facts: { limit: 3 },
    });
  },
  break: (_input: null): never => {
    throw new TypeError("secret detail");
  },
  never: (_input: null) => new Promise<string>(() => {}),
};

let channel = new MessageChannel();
function open(timeoutMs = 5_000) {
  channel = new MessageChannel();
  serveRpc(channel.port1, methods);
  return connectRpc<typeof methods>(channel.port2, timeoutMs);
}
afterEach(() => channel.port1.close());

test("calls are answered, each with its own", async () => {
  const { call, pending } = open();
  expect(
    await Promise.all([call("double", { n: 4 }), call("later", { text: "hi" }), call("double", { n: 5 })]),
  ).toEqual([8, "hi!", 10]);
  expect(pending()).toBe(0);
});

test("a refusal stays a refusal, a bug stays a bug", async () => {
  const { call } = open();
  await expect(call("refuse", null)).rejects.toMatchObject({
    name: "ServiceError",
    code: "not_found",
    reason: "unknown_thing",
    facts: { limit: 3 },
  });
  const bug = await call("break", null).catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(ServiceError);
  expect(bug).toBeInstanceOf(Error);
});

test("a call that takes too long is a timeout, and a dead thread fails all of them", async () => {
  await expect(open(10).call("never", null)).rejects.toMatchObject({ code: "timeout" });
  const client = open();
  const call = client.call("never", null);
  client.fail(new ServiceError("unavailable", "The thread ended."));
  await expect(call).rejects.toMatchObject({ code: "unavailable" });
  await expect(client.call("double", { n: 1 })).rejects.toMatchObject({ code: "unavailable" });
});
