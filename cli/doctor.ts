import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { checkDatabase, sqliteVersion } from "#db/check-database.ts";
import { metaPath, prepareDataFolder } from "#server/kernel/data-folder.ts";
import type { Env } from "#server/kernel/env.ts";

interface Check {
  readonly name: string;
  readonly isGood: boolean;
  readonly found: string;
}

const FREE_BYTES_MIN = 256 * 1024 * 1024;
const NODE_MAJOR = 24;

/** Looks at what the server stands on; exit code 1 when something of it is not sound. */
export function doctorCommand(env: Env): number {
  const checks = [node(), sqlite(), ...folder(env.dataFolder)];
  for (const { name, isGood, found } of checks)
    process.stdout.write(`${isGood ? "ok  " : "BAD "} ${name}: ${found}\n`);
  return checks.every(({ isGood }) => isGood) ? 0 : 1;
}

function node(): Check {
  return { name: "Node", isGood: process.version.startsWith(`v${NODE_MAJOR}.`), found: process.version };
}

function sqlite(): Check {
  const version = sqliteVersion();
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const isGood = major > 3 || (major === 3 && (minor > 51 || (minor === 51 && patch >= 3)));
  return { name: "SQLite", isGood, found: version };
}

function folder(dataFolder: string): Check[] {
  try {
    prepareDataFolder(dataFolder);
  } catch (error) {
    return [
      { name: "data folder", isGood: false, found: error instanceof Error ? error.message : String(error) },
    ];
  }
  const { bavail, bsize } = statfsSync(dataFolder);
  const free = bavail * bsize;
  return [
    { name: "data folder", isGood: true, found: dataFolder },
    { name: "free space", isGood: free >= FREE_BYTES_MIN, found: `${Math.round(free / 1024 / 1024)} MiB` },
    ...[metaPath(dataFolder), join(dataFolder, "events.db")].filter(existsSync).map(database),
  ];
}

function database(path: string): Check {
  const trouble = checkDatabase(path);
  return { name: path, isGood: trouble === null, found: trouble ?? "sound" };
}
