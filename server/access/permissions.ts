import type { KeyScope } from "#server/api/contract.ts";

/**
 * Who may do what. A key may when it holds the scope; `null` means people only: a key can neither make keys nor
 * act as somebody. Every procedure and route names one of these.
 */
export const PERMISSIONS = {
  "predictions:write": "ingest",
  "labels:write": "ingest",
  "models:read": "read",
  "models:write": "manage",
  "references:write": "manage",
  "metrics:read": "read",
  "rows:read": "read",
  "monitors:read": "read",
  "monitors:write": "manage",
  "alerts:read": "read",
  "alerts:write": "manage",
  "channels:read": "read",
  "channels:write": "manage",
  "keys:read": null,
  "keys:write": null,
  "session:read": null,
} as const satisfies Record<string, KeyScope | null>;
export type Permission = keyof typeof PERMISSIONS;
