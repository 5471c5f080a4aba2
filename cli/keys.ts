import { parseArgs } from "node:util";
import { createApiKey, listKeys, revokeKey } from "#server/access/api-keys.ts";
import { type ApiKey, CreateKeyInput, KEY_SCOPES } from "#server/api/contract.ts";
import { systemClock } from "#server/kernel/clock.ts";
import type { Env } from "#server/kernel/env.ts";
import { withMeta } from "./open-data.ts";
import { UsageError } from "./usage.ts";

export function keysCommand(env: Env, words: readonly string[]): number {
  const [verb, ...rest] = words;
  if (verb === "create") return createKey(env, rest);
  if (verb === "list") return printKeys(env, rest);
  if (verb === "revoke") return endKey(env, rest);
  throw new UsageError("Say `keys create`, `keys list` or `keys revoke ID`.");
}

function createKey(env: Env, words: string[]): number {
  const { values } = parseArgs({
    args: words,
    options: { scopes: { type: "string" }, name: { type: "string" }, days: { type: "string" } },
  });
  const read = CreateKeyInput.safeParse({
    name: values.name ?? "cli",
    scopes: (values.scopes ?? "").split(",").filter((scope) => scope !== ""),
    ...(values.days === undefined ? {} : { expiresInDays: Number(values.days) }),
  });
  if (!read.success) throw new UsageError(sentenceFor(String(read.error.issues[0]?.path[0])));
  const { key } = withMeta(env, (meta) => createApiKey(meta, systemClock, read.data, "command line"));
  process.stdout.write(`${key}\n`);
  return 0;
}

function sentenceFor(option: string): string {
  if (option === "scopes")
    return `Give --scopes one or more of ${KEY_SCOPES.join(",")}, separated by commas.`;
  if (option === "expiresInDays") return "Give --days a whole number from 1 to 3650.";
  return "Give --name 1 to 128 characters.";
}

function printKeys(env: Env, words: string[]): number {
  const { values } = parseArgs({ args: words, options: { json: { type: "boolean" } } });
  const keys = withMeta(env, listKeys);
  process.stdout.write(values.json === true ? `${JSON.stringify(keys)}\n` : keys.map(toLine).join(""));
  return 0;
}

function toLine(key: ApiKey): string {
  const state =
    key.revokedAt === null ? `until ${key.expiresAt.slice(0, 10)}` : `revoked ${key.revokedAt.slice(0, 10)}`;
  return `${key.id}  ${key.scopes.join(",").padEnd(18)}  ${state}  ${key.name}\n`;
}

function endKey(env: Env, words: string[]): number {
  const [id] = parseArgs({ args: words, allowPositionals: true }).positionals;
  if (id === undefined) throw new UsageError("Say which key: `keys revoke ID`; `keys list` shows the ids.");
  const key = withMeta(env, (meta) => revokeKey(meta, systemClock, id));
  process.stdout.write(`Revoked ${key.id} (${key.name}).\n`);
  return 0;
}
