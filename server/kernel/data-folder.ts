import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "#server/kernel/errors.ts";

/** Makes the data folder if need be and makes sure that it can be written; says in one sentence what is wrong. */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ServiceError("unavailable", folderSentence(folder, errorCode(error)), {
      reason: "data_folder",
    });
  }
}

export function metaPath(folder: string): string {
  return join(folder, "meta.db");
}

/** Turns a failure of the file system into a sentence; null when it is none that we know. */
export function storageSentence(error: unknown, folder: string): string | null {
  const code = errorCode(error);
  if (code === "SQLITE_FULL" || code === "ENOSPC")
    return `The disk of ${folder} is full; free some space and start again.`;
  if (code === "SQLITE_READONLY" || code === "EROFS" || code === "SQLITE_CANTOPEN") {
    return `The data folder ${folder} cannot be written; mount it read-write, or set PLUMBLINE_DATA to another folder.`;
  }
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT") {
    return `A database in ${folder} is damaged; restore it from a backup, or move it away to start anew.`;
  }
  if (code === "EACCES" || code === "EPERM" || code === "ENOTDIR" || code === "EEXIST")
    return folderSentence(folder, code);
  return null;
}

function folderSentence(folder: string, code: string): string {
  const what: Record<string, string> = {
    EACCES: "may not be written by this user",
    EPERM: "may not be written by this user",
    EROFS: "is on a read-only disk",
    ENOSPC: "is on a full disk",
    ENOTDIR: "lies below something that is not a folder",
    EEXIST: "is not a folder",
  };
  return `The data folder ${folder} ${what[code] ?? `cannot be used (${code})`}; set PLUMBLINE_DATA to a folder that can.`;
}

function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
}
