import { statfsSync } from "node:fs";
import { ServiceError } from "#server/kernel/errors.ts";

/** File systems on which SQLite's write-ahead log cannot share memory between connections. */
const NETWORK_TYPES = new Map<number, string>([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
]);

export function networkFileSystem(type: number): string | null {
  return NETWORK_TYPES.get(type >>> 0) ?? null;
}

export function assertLocalDisk(directory: string): void {
  const name = networkFileSystem(statfsSync(directory).type);
  if (name === null) return;
  throw new ServiceError(
    "unavailable",
    `The data directory ${directory} is on ${name}, a network file system, where SQLite can corrupt its log. Set PLUMBLINE_DATA to a directory on a local disk.`,
    { reason: "unsafe_storage" },
  );
}

/** Bytes that are free for the data directory. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
