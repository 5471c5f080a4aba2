import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDoor, type TestDoor } from "#server/testing/open-test-door.ts";

let door: TestDoor;
let web: Server;
let seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let address: string | null = null;
beforeEach(async () => {
  seen = [];
  web = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    response.setHeader("cache-control", "s-maxage=31536000");
    response.setHeader("content-security-policy", "script-src 'nonce-1'");
    response.end("page");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  door = await openTestDoor({ web: { current: () => address } });
});
afterEach(async () => {
  await door.close();
  web.closeAllConnections();
  web.close();
});

test("a person gets the page with its own policy, kept by no cache", async () => {
  const { cookie } = await door.createOwner();
  const answer = await fetch(`${door.url}/models/m?range=7d`, { headers: { cookie } });
  expect([answer.status, await answer.text()]).toEqual([200, "page"]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-security-policy")).toBe("script-src 'nonce-1'");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(seen[0]).toMatchObject({ url: "/models/m?range=7d", headers: { cookie } });
});

test("build output may be cached", async () => {
  const answer = await fetch(`${door.url}/_next/static/a.js`);
  expect(answer.headers.get("cache-control")).toBe("s-maxage=31536000");
});

test("headers by which Next talks to itself never pass", async () => {
  const { cookie } = await door.createOwner();
  const tricks = {
    "x-middleware-subrequest": "proxy:proxy:proxy",
    "x-nextjs-data": "1",
    "next-action": "abc",
    "x-forwarded-host": "evil.example",
    "x-invoke-path": "/",
  };
  await fetch(`${door.url}/`, { headers: { cookie, ...tricks } });
  for (const name of Object.keys(tricks)) expect(seen[0]?.headers[name]).toBeUndefined();
});

test("nothing passes without a session, whatever it says it is", async () => {
  const disguises: Record<string, string>[] = [
    { rsc: "1" },
    { "x-middleware-subrequest": "proxy" },
    { "next-router-prefetch": "1" },
  ];
  for (const headers of disguises) {
    const answer = await fetch(`${door.url}/`, { headers, redirect: "manual" });
    expect(answer.status).toBe(303);
  }
  expect(seen).toEqual([]);
});

test("a key opens no page", async () => {
  const headers = { authorization: `Bearer ${door.makeKey("read", "manage").key}` };
  expect((await fetch(`${door.url}/`, { headers, redirect: "manual" })).status).toBe(303);
});

test("while the pages are away, everything else goes on", async () => {
  address = null;
  const { cookie } = await door.createOwner();
  expect((await fetch(`${door.url}/`, { headers: { cookie } })).status).toBe(503);
  address = "http://127.0.0.1:9";
  expect((await fetch(`${door.url}/`, { headers: { cookie } })).status).toBe(503);
  expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
});
