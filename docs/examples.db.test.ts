/** Every marked example of README.md and docs/*.md is run as printed, against a real server. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "#server/http/free-port.ts";
import { type RunningServer, startServer } from "../demo/start-server.ts";

interface Example {
  readonly file: string;
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

const ROOT = join(import.meta.dirname, "..");
const MARKED = /<!-- example: ([\w-]+) -->\n```(\w+)\n([\s\S]*?)```/g;
const run = promisify(execFile);

const pages = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const examples: Example[] = pages.flatMap((file) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(MARKED)].map(
    ([, name = "", language = "", code = ""]) => ({ file, name, language, code }),
  ),
);

let scratch: string;
let server: RunningServer;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "plumbline-docs-"));
  server = await startServer({
    port: await freePort("127.0.0.1"),
    dataDir: join(scratch, "data"),
    env: { PLUMBLINE_WEB: "off" },
    quiet: true,
  });
  const key = await server.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "docs");
  env = { ...process.env, PLUMBLINE_URL: server.url, PLUMBLINE_KEY: key };
}, 60_000);

afterAll(async () => {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function runExample({ name, language, code }: Example): Promise<string> {
  const options = { env, cwd: scratch };
  if (language === "bash") return (await run("bash", ["-euo", "pipefail", "-c", code], options)).stdout;
  if (language === "python") return (await run("python3", ["-c", code], options)).stdout;
  const path = join(scratch, `${name}.ts`);
  writeFileSync(path, code);
  return (await run(process.execPath, ["--disable-warning=ExperimentalWarning", path], options)).stdout;
}

test("there are examples in the three languages of the README", () => {
  expect(
    new Set(examples.filter(({ file }) => file === "README.md").map(({ language }) => language)),
  ).toEqual(new Set(["bash", "python", "ts"]));
});

test.each(examples)("$file: $name", async (example) => {
  const printed = await runExample(example);
  expect(printed).not.toBe("");
  expect(printed).not.toMatch(/"?rejected"?: ?[1-9]/);
  expect(printed).not.toMatch(/about:blank|"status": ?[45]\d\d/);
});

test("every file that the docs link to exists", () => {
  const known = new Set<string>();
  for (const file of pages)
    for (const [, target = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(
      /\]\((?!https?:|#)([^)#]+)/g,
    ))
      known.add(join(ROOT, file, "..", target));
  const missing = [...known].filter((path) => {
    try {
      readdirSync(path);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
    }
  });
  expect(missing).toEqual([]);
});
