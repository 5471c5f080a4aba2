import { PERMISSIONS, type Permission } from "#server/access/permissions.ts";
import type { KeyScope } from "#server/api/contract.ts";
import { ServiceError } from "#server/kernel/errors.ts";

/** Who asks. */
export type Principal =
  | { readonly kind: "anonymous" }
  | {
      readonly kind: "key";
      readonly keyId: string;
      readonly name: string;
      readonly scopes: readonly KeyScope[];
    }
  | { readonly kind: "person"; readonly userId: string; readonly email: string; readonly name: string };

export const ANONYMOUS: Principal = { kind: "anonymous" };

export function isAllowed(principal: Principal, permission: Permission): boolean {
  if (principal.kind === "person") return true;
  if (principal.kind === "anonymous") return false;
  const scope = PERMISSIONS[permission];
  return scope !== null && principal.scopes.includes(scope);
}

export function requirePermission(principal: Principal, permission: Permission): void {
  if (isAllowed(principal, permission)) return;
  if (principal.kind === "anonymous") {
    throw new ServiceError("unauthorized", "Sign in, or send `Authorization: Bearer <key>`.");
  }
  const scope = PERMISSIONS[permission];
  throw new ServiceError(
    "forbidden",
    scope === null
      ? "Only a signed-in person may do this; API keys may not."
      : `This key lacks the scope \`${scope}\`. Use a key that has it.`,
    { facts: scope === null ? {} : { scope } },
  );
}

/** How the timeline and the audit name who did it. */
export function actorName(principal: Principal): string {
  if (principal.kind === "person") return principal.email;
  if (principal.kind === "key") return `key ${principal.name}`;
  return "anonymous";
}
