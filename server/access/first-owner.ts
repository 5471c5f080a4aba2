import type { MetaDatabase } from "#db/open-meta.ts";
import { countPeople } from "#db/queries/people.ts";
import { createLinkToken, useLinkToken } from "#server/access/one-time-links.ts";
import type { Clock } from "#server/kernel/clock.ts";

/** The first owner and the one-time links. */
export interface FirstOwner {
  isNeeded(): boolean;
  /** A new set-up token while there is nobody; null when there is. */
  makeSetupToken(): string | null;
  /** Uses a set-up token up. */
  takeSetupToken(token: string): boolean;
  /** Uses a sign-in token up; null when it is no good. */
  takeSignInToken(token: string): { userId: string } | null;
}

export function openFirstOwner(meta: MetaDatabase, clock: Clock): FirstOwner {
  return {
    isNeeded: () => countPeople(meta) === 0,
    makeSetupToken: () => (countPeople(meta) === 0 ? createLinkToken(meta, clock, "setup", null) : null),
    takeSetupToken: (token) => useLinkToken(meta, clock, "setup", token) !== null,
    takeSignInToken: (token) => {
      const used = useLinkToken(meta, clock, "sign-in", token);
      return used === null || used.userId === null ? null : { userId: used.userId };
    },
  };
}
