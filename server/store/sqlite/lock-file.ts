import { closeSync, fsyncSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "#server/kernel/errors.ts";

interface Owner {
  readonly pid: number;
  readonly bootId: string;
  /** Start of the process in clock ticks since boot, so that a pid that came round again is not taken for it. */
  readonly startedAt: string;
  /** Lets a process take over from its own thread that died. */
  readonly token: string;
}

/** Holds a directory for one writer; a lock whose process is gone is taken over. Returns the release. */
export function lockDirectory(directory: string, token: string): () => void {
  const path = join(directory, "events.lock");
  const mine: Owner = { pid: process.pid, bootId: bootId(), startedAt: startOf(process.pid), token };
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, mine)) return () => release(path, mine);
    const owner = readOwner(path);
    if (owner !== null && isAlive(owner) && owner.token !== token) throw locked(directory, owner);
    removeIfThere(path);
  }
  throw locked(directory, mine);
}

function create(path: string, owner: Owner): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, JSON.stringify(owner));
    fsyncSync(file);
    closeSync(file);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

function release(path: string, mine: Owner): void {
  if (readOwner(path)?.token === mine.token) removeIfThere(path);
}

function readOwner(path: string): Owner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isOwner(value) ? value : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number";
}

function isAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return isCode(error, "EPERM");
  }
  return owner.startedAt === "" || owner.startedAt === startOf(owner.pid);
}

function locked(directory: string, owner: Owner): ServiceError {
  return new ServiceError(
    "unavailable",
    `The data directory ${directory} is in use by process ${owner.pid}. Stop that Plumbline first, or give this one its own PLUMBLINE_DATA.`,
    { reason: "data_directory_in_use", facts: { pid: owner.pid } },
  );
}

function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id");
}

function startOf(pid: number): string {
  // The command's name may hold spaces and brackets; the fields that count come after the last bracket.
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
