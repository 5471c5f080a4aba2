import { asc, count, eq } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { user } from "#db/schema/people.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export function countPeople(meta: MetaDatabase): number {
  return meta.select({ people: count() }).from(user).get()?.people ?? 0;
}

export function findPerson(meta: MetaDatabase, email: string): Person | null {
  return (
    meta
      .select({ id: user.id, email: user.email, name: user.name })
      .from(user)
      .where(eq(user.email, email.toLowerCase()))
      .get() ?? null
  );
}

export function firstPerson(meta: MetaDatabase): Person | null {
  return (
    meta
      .select({ id: user.id, email: user.email, name: user.name })
      .from(user)
      .orderBy(asc(user.createdAt))
      .limit(1)
      .get() ?? null
  );
}

/** Somebody who signs in by links only; a password can be set later. */
export function insertPerson(meta: MetaDatabase, person: Person, now: number): Person {
  const at = new Date(now);
  meta
    .insert(user)
    .values({ ...person, emailVerified: true, createdAt: at, updatedAt: at })
    .run();
  return person;
}
