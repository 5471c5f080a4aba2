import { tracked } from "@trpc/server";
import { LiveInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const liveRouter = router({
  changes: procedure("metrics:read")
    .input(LiveInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const ended = signal ?? new AbortController().signal;
      for await (const { id, change } of ctx.services.live.changes(
        ended,
        ctx.principal,
        input?.lastEventId ?? null,
      ))
        yield tracked(id, change);
    }),
});
