import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "core-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      PLUMBLINE_DATA: join(folder, "data"),
      PORT: "4321",
    },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("keys create prints one key and nothing else, and the others know it", () => {
  const made = run("keys", "create", "--scopes", "ingest,read,manage", "--name", "ci");
  expect(made.status).toBe(0);
  expect(made.stdout).toMatch(/^plb_mx_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\n$/);
  const id = made.stdout.split("_")[2] ?? "";
  expect(run("keys", "list").stdout).toMatch(
    new RegExp(`^${id}  ingest,read,manage  until \\d{4}-\\d\\d-\\d\\d  ci\n$`),
  );
  expect(run("keys", "revoke", id)).toMatchObject({ status: 0 });
  expect(JSON.parse(run("keys", "list", "--json").stdout)[0].revokedAt).not.toBeNull();
});

test.each([
  [["keys", "create"], /Give --scopes/],
  [["keys", "create", "--scopes", "root"], /Give --scopes/],
  [["keys", "create", "--scopes", "read", "--days", "never"], /Give --days/],
  [["keys", "create", "--scoops", "read"], /--scoops/],
  [["keys", "revoke"], /keys revoke ID/],
  [["keys", "revoke", "nothing"], /no key of that id/],
  [["dance"], /no command `dance`/],
])("%j is refused with a sentence and exit code 2", (words, sentence) => {
  const { status, stdout, stderr } = run(...words);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(sentence);
});

test("a sign-in link is printed even where there is nobody yet, a set-up link only then", () => {
  expect(run("setup-link").stdout).toMatch(/^http:\/\/127\.0\.0\.1:4321\/setup\?token=[\w-]{43}\n$/);
  expect(run("signin-link").stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:4321\/api\/auth-link\?token=[\w-]{43}\n$/,
  );
  expect(run("setup-link")).toMatchObject({ status: 2 });
  expect(run("signin-link", "--email", "eve@example.org")).toMatchObject({ status: 2 });
});

test("doctor says what is sound and what is not", () => {
  run("keys", "create", "--scopes", "read");
  expect(run("doctor")).toMatchObject({ status: 0 });
  writeFileSync(join(folder, "data", "events.db"), "this is no database, whatever its name says".repeat(40));
  const sick = run("doctor");
  expect(sick.status).toBe(1);
  expect(sick.stdout).toMatch(/BAD .*events\.db/);
});

test.runIf(process.getuid?.() !== 0)("a folder that may not be written is one sentence", () => {
  chmodSync(folder, 0o500);
  const { status, stderr } = run("keys", "list");
  chmodSync(folder, 0o700);
  expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
});

test("a data folder that is a file is one sentence", () => {
  writeFileSync(join(folder, "data"), "");
  const { status, stderr } = run("keys", "list");
  expect(status).toBe(2);
  expect(stderr).toMatch(/^The data folder .* is not a folder; .*\n$/);
});

test("help and version", () => {
  expect(run("help")).toMatchObject({ status: 0, stderr: "" });
  expect(run("version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
