import Sqlite from "better-sqlite3";

/** Null when the file is a sound database, else what is wrong with it. */
export function checkDatabase(path: string): string | null {
  try {
    const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true });
    try {
      const found = sqlite.pragma("quick_check(1)", { simple: true });
      return found === "ok" ? null : String(found);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function sqliteVersion(): string {
  const sqlite = new Sqlite(":memory:");
  try {
    return String(sqlite.prepare("select sqlite_version()").pluck().get());
  } finally {
    sqlite.close();
  }
}
