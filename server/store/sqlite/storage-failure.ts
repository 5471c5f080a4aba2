import type { AppendedRequest, AppendRequest } from "#server/store/append.ts";

export type FailureReason = NonNullable<AppendedRequest["failure"]>["reason"];

/** What an error of SQLite or of the folder means for the rows that met it. */
export type StorageTrouble = "full" | "io" | "damaged" | "statement";

export function troubleOf(error: unknown): StorageTrouble {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "SQLITE_FULL" || code === "ENOSPC") return "full";
  if (code.startsWith("SQLITE_IOERR") || code === "EIO" || code.startsWith("SQLITE_CANTOPEN")) return "io";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return "damaged";
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") return "damaged";
  return "statement";
}

const MESSAGES: Record<FailureReason, string> = {
  storage_full:
    "The disk of the data directory is full; nothing of this request was stored. Free space there, then send it again.",
  read_only:
    "The store accepts no writes until it is repaired; nothing of this request was stored. See the system page for the reason.",
  io_error:
    "The disk failed while this request was being stored; whether it is stored is not known. Send the same rows again.",
  poison:
    "This request could not be stored and was left out whole; requests beside it were stored. Please report its request id.",
  idempotency_conflict: "This Idempotency-Key was used before with a different body.",
};

export function failed(request: AppendRequest, reason: FailureReason, message?: string): AppendedRequest {
  return {
    requestId: request.requestId,
    accepted: 0,
    duplicates: [],
    conflicts: [],
    failure: { reason, message: message ?? MESSAGES[reason] },
    batchId: "",
  };
}
