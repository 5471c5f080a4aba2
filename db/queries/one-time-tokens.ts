import { and, eq, gt, isNull } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { oneTimeTokens } from "#db/schema/access.ts";

export type OneTimeTokenRow = typeof oneTimeTokens.$inferSelect;

export function insertOneTimeToken(meta: MetaDatabase, row: OneTimeTokenRow): void {
  meta.insert(oneTimeTokens).values(row).run();
}

/** Uses a token up; null when it is unknown, of another purpose, used or expired. One statement, so that it works once. */
export function consumeOneTimeToken(
  meta: MetaDatabase,
  tokenHash: string,
  purpose: OneTimeTokenRow["purpose"],
  now: number,
): OneTimeTokenRow | null {
  return (
    meta
      .update(oneTimeTokens)
      .set({ usedAt: now })
      .where(
        and(
          eq(oneTimeTokens.tokenHash, tokenHash),
          eq(oneTimeTokens.purpose, purpose),
          isNull(oneTimeTokens.usedAt),
          gt(oneTimeTokens.expiresAt, now),
        ),
      )
      .returning()
      .get() ?? null
  );
}

export function deleteOneTimeTokens(meta: MetaDatabase, purpose: OneTimeTokenRow["purpose"]): void {
  meta.delete(oneTimeTokens).where(eq(oneTimeTokens.purpose, purpose)).run();
}
