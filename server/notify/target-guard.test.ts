import { createServer } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { request } from "undici";
import { expect, test } from "vitest";
import { createTargetGuard } from "#server/notify/target-guard.ts";

const guard = (allowedPrivateTargets: string[] = [], lookup?: LookupFunction) =>
  createTargetGuard({ allowedPrivateTargets, connectTimeoutMs: 1_000, ...(lookup ? { lookup } : {}) });

test.each([
  "https://hooks.example.org/services/T0/B0",
  "http://hooks.example.org:8080/x",
  "https://93.184.216.34/x",
  "https://[2606:2800:220:1:248:1893:25c8:1946]/x",
])("%s may be a channel", (url) => {
  expect(guard().checkUrl(url).href).toBe(url);
});

test.each([
  ["loopback", "http://127.0.0.1/x"],
  ["loopback in short", "http://127.1/x"],
  ["loopback as a number", "http://2130706433/x"],
  ["loopback in hexadecimal", "http://0x7f.1/x"],
  ["loopback in octal", "http://0177.0.0.1/x"],
  ["loopback by name", "http://localhost/x"],
  ["loopback by name with a dot", "http://localhost./x"],
  ["loopback below its name", "http://a.localhost/x"],
  ["loopback in circled letters", "http://ⓛocalhost/x"],
  ["this host", "http://0.0.0.0/x"],
  ["a private network", "http://10.0.0.7/x"],
  ["another private network", "http://192.168.1.1/x"],
  ["a third private network", "http://172.16.0.1/x"],
  ["shared address space", "http://100.64.0.1/x"],
  ["cloud metadata", "http://169.254.169.254/latest/meta-data"],
  ["IPv6 loopback", "http://[::1]/x"],
  ["IPv6 unspecified", "http://[::]/x"],
  ["IPv6 unique local", "http://[fd00::1]/x"],
  ["IPv6 link-local", "http://[fe80::1]/x"],
  ["mapped IPv4", "http://[::ffff:127.0.0.1]/x"],
  ["NAT64", "http://[64:ff9b::7f00:1]/x"],
  ["6to4", "http://[2002:7f00:1::]/x"],
  ["Teredo", "http://[2001:0:7f00:1::]/x"],
  ["multicast", "http://224.0.0.1/x"],
  ["a bare name", "http://intranet/x"],
  ["a port that is no web port", "https://hooks.example.org:6379/x"],
  ["a user", "https://ann:secret@hooks.example.org/x"],
  ["a file", "file:///etc/passwd"],
  ["a gopher", "gopher://hooks.example.org/x"],
  ["no URL", "hooks.example.org"],
])("%s is refused", (_name, url) => {
  expect(() => guard().checkUrl(url)).toThrow("The channel's address");
});

test.each([
  [["127.0.0.0/8"], "http://127.0.0.1:49152/x"],
  [["127.0.0.1"], "http://127.0.0.1:49152/x"],
  [["::1"], "http://[::1]:49152/x"],
  [["10.0.3.0/24"], "http://10.0.3.9/x"],
  [["hooks.lan"], "http://hooks.lan:9000/x"],
  [["Intranet."], "http://intranet/x"],
])("%s lets %s through", (allowed, url) => {
  expect(() => guard(allowed).checkUrl(url)).not.toThrow();
});

test("a network that is allowed lets no other through", () => {
  expect(() => guard(["10.0.3.0/24"]).checkUrl("http://10.0.4.9/x")).toThrow("is a private address");
});

/** A listener that must never be reached. */
async function withCanary(run: (port: number) => Promise<void>): Promise<number> {
  let connections = 0;
  const canary = createServer((_request, response) => response.end());
  canary.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  await run((canary.address() as AddressInfo).port);
  await new Promise((resolve) => canary.close(resolve));
  return connections;
}

/** A name server that gives a public address first and loopback from then on. */
function rebinding(): { lookup: LookupFunction; asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_hostname, _options, done) => {
    asked += 1;
    done(null, [{ address: asked === 1 ? "93.184.216.34" : "127.0.0.1", family: 4 }], 4);
  };
  return { lookup, asked: () => asked };
}

test("a name that turns private after it was checked reaches nobody", async () => {
  const { lookup, asked } = rebinding();
  lookup("hooks.example.org", {}, () => {});
  const { agent } = guard([], lookup);
  const connections = await withCanary(async (port) => {
    await expect(request(`http://hooks.example.org:${port}/x`, { dispatcher: agent })).rejects.toThrow(
      "The address is private",
    );
  });
  expect(asked()).toBe(2);
  expect(connections).toBe(0);
});

test("one private address among public ones is enough to refuse", async () => {
  const lookup: LookupFunction = (_hostname, _options, done) =>
    done(
      null,
      [
        { address: "93.184.216.34", family: 4 },
        { address: "10.0.0.1", family: 4 },
      ],
      4,
    );
  await expect(
    request("http://hooks.example.org/x", { dispatcher: guard([], lookup).agent }),
  ).rejects.toThrow("The address is private");
});

test("a literal address is refused at the connection too, where no name is looked up", async () => {
  const connections = await withCanary(async (port) => {
    await expect(request(`http://127.0.0.1:${port}/x`, { dispatcher: guard().agent })).rejects.toThrow(
      "The address is private",
    );
  });
  expect(connections).toBe(0);
});

test("what is allowed is reached", async () => {
  const { agent } = guard(["127.0.0.1"]);
  const connections = await withCanary(async (port) => {
    const answer = await request(`http://127.0.0.1:${port}/x`, { dispatcher: agent });
    await answer.body.dump();
    expect(answer.statusCode).toBe(200);
    await agent.destroy();
  });
  expect(connections).toBe(1);
});
