import { parseArgs } from "node:util";
import { countPeople, findPerson, firstPerson, insertPerson } from "#db/queries/people.ts";
import { createLinkToken } from "#server/access/one-time-links.ts";
import { systemClock } from "#server/kernel/clock.ts";
import type { Env } from "#server/kernel/env.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import { withMeta } from "./open-data.ts";

const LOCAL_OWNER = { email: "owner@localhost", name: "Owner" };

/** Signs in whoever is named, or the first person; where there is nobody yet, an owner without a password is made. */
export function signInLinkCommand(env: Env, words: readonly string[]): number {
  const { values } = parseArgs({ args: [...words], options: { email: { type: "string" } } });
  const token = withMeta(env, (meta) => {
    const known = values.email === undefined ? firstPerson(meta) : findPerson(meta, values.email);
    if (known === null && values.email !== undefined) {
      throw new ServiceError("not_found", "Nobody here has that e-mail address.");
    }
    const person = known ?? insertPerson(meta, { id: newId("usr"), ...LOCAL_OWNER }, systemClock.now());
    return createLinkToken(meta, systemClock, "sign-in", person.id);
  });
  process.stdout.write(`${addressOf(env)}/api/auth-link?token=${token}\n`);
  return 0;
}

export function setupLinkCommand(env: Env): number {
  const token = withMeta(env, (meta) => {
    if (countPeople(meta) > 0)
      throw new ServiceError("conflict", "There is an owner already; use `signin-link`.");
    return createLinkToken(meta, systemClock, "setup", null);
  });
  process.stdout.write(`${addressOf(env)}/setup?token=${token}\n`);
  return 0;
}

function addressOf({ publicUrl, host, port }: Env): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return publicUrl ?? `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
