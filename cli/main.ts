import { readFileSync } from "node:fs";
import { storageSentence } from "#server/kernel/data-folder.ts";
import { type Env, readEnv } from "#server/kernel/env.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { doctorCommand } from "./doctor.ts";
import { keysCommand } from "./keys.ts";
import { setupLinkCommand, signInLinkCommand } from "./links.ts";
import { USAGE, UsageError } from "./usage.ts";

type Command = (env: Env, words: readonly string[]) => number;

const COMMANDS: Readonly<Record<string, Command>> = {
  keys: keysCommand,
  "signin-link": signInLinkCommand,
  "setup-link": setupLinkCommand,
  doctor: doctorCommand,
  version: () => print(`${readVersion()}\n`),
  help: () => print(USAGE),
};

function run(words: readonly string[]): number {
  const [name = "help", ...rest] = words;
  if (name === "--help" || name === "-h") return print(USAGE);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no command \`${name}\`.`);
  return command(readEnv(), rest);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function readVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}

/** One sentence for whatever went wrong; the words of a command are explained when those were the trouble. */
function complain(error: unknown): void {
  const isUsage = error instanceof UsageError || isParseArgsError(error);
  const sentence =
    error instanceof ServiceError
      ? error.message
      : (storageSentence(error, "the data folder") ??
        (error instanceof Error ? error.message : String(error)));
  process.stderr.write(isUsage ? `${sentence}\n\n${USAGE}` : `${sentence}\n`);
}

function isParseArgsError(error: unknown): boolean {
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  complain(error);
  process.exitCode = 2;
}
