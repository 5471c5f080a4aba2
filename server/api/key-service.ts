import type { MetaDatabase } from "#db/open-meta.ts";
import { createApiKey, listKeys, revokeKey } from "#server/access/api-keys.ts";
import type { KeyCache } from "#server/access/key-cache.ts";
import { actorName } from "#server/access/principal.ts";
import type { Services } from "#server/api/services.ts";
import type { Clock } from "#server/kernel/clock.ts";

export function createKeyService(meta: MetaDatabase, clock: Clock, keys: KeyCache): Services["keys"] {
  return {
    list: async () => listKeys(meta),
    create: async (input, who) => createApiKey(meta, clock, input, actorName(who)),
    revoke: async ({ id }) => {
      const info = revokeKey(meta, clock, id);
      keys.clear();
      return info;
    },
  };
}
