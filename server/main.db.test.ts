import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startAndFail, startCore } from "#server/testing/start-core.ts";

// Real processes start here, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-main-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const one = /^[^\n]+\n$/;

test("it stops on SIGTERM with 0, checkpointed, and starts again", async () => {
  const first = await startCore(folder);
  expect(first.output()).toMatch(/\/setup\?token=[\w-]{43}/);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  expect(await first.stop()).toBe(0);
  expect(existsSync(join(folder, "events.db-wal"))).toBe(false);
  expect(existsSync(join(folder, "meta.db-wal"))).toBe(false);
  const second = await startCore(folder);
  expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
  expect(await second.stop("SIGINT")).toBe(0);
});

test("a second server on the same folder is told so, and the first one lives on", async () => {
  const first = await startCore(folder);
  const second = await startAndFail({ PLUMBLINE_DATA: folder });
  expect(second.code).toBe(2);
  expect(second.said).toMatch(one);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  await first.stop();
});

test("a server that was killed leaves nothing that keeps the next one out", async () => {
  const first = await startCore(folder);
  await first.stop("SIGKILL");
  const second = await startCore(folder);
  expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  await second.stop();
});

test("a port in use is one sentence", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { code, said } = await startAndFail({ PLUMBLINE_DATA: folder, PORT: String(port) });
  taken.close();
  expect(code).toBe(2);
  expect(said).toMatch(one);
  expect(said).toContain(`Port ${port} on 127.0.0.1 is in use`);
});

test.each([
  ["a bad setting", { PORT: "many" }, /PORT must be/],
  ["a folder that is a file", { PLUMBLINE_DATA: fileURLToPath(import.meta.url) }, /is not a folder/],
])("%s is one sentence", async (_what, settings, sentence) => {
  const { code, said } = await startAndFail({ PLUMBLINE_DATA: folder, ...settings });
  expect(code).toBe(2);
  expect(said).toMatch(one);
  expect(said).toMatch(sentence);
});

test.runIf(process.getuid?.() !== 0)("a read-only folder is one sentence", async () => {
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o500 });
  const { code, said } = await startAndFail({ PLUMBLINE_DATA: data });
  chmodSync(data, 0o700);
  expect([code, said]).toEqual([2, expect.stringMatching(one)]);
});

test.each(["meta.db", "events.db"])("a damaged %s is named, and not written to", async (name) => {
  const damaged = "no database at all, though it is called one. ".repeat(200);
  writeFileSync(join(folder, name), damaged);
  const { code, said } = await startAndFail({ PLUMBLINE_DATA: folder });
  expect(code).toBe(2);
  expect(said).toMatch(one);
  expect(said).toMatch(/damaged/);
  expect(readFileSync(join(folder, name), "utf8")).toBe(damaged);
});

test("the web process ends with its parent, however that ended", async () => {
  const watcher = fileURLToPath(new URL("./http/exit-with-parent.ts", import.meta.url));
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["--import", ${JSON.stringify(watcher)}, "-e", "setInterval(() => {}, 1000); console.log(process.pid)"],
      { stdio: ["ignore", "inherit", "inherit", "pipe"] });
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  let ended = false;
  parent.stdout.once("close", () => {
    ended = true;
  });
  await new Promise((resolve) => parent.stdout.once("data", resolve));
  const closed = new Promise((resolve) => parent.stdout.once("close", resolve));
  parent.kill("SIGKILL");
  // The grandchild holds the other end of this pipe: it closes when the last of the two is gone.
  await closed;
  expect(ended).toBe(true);
});
