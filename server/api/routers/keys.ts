import { CreateKeyInput } from "#server/api/contract.ts";
import { IdInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const keysRouter = router({
  list: procedure("keys:read").query(({ ctx }) => ctx.services.keys.list()),
  create: procedure("keys:write")
    .input(CreateKeyInput)
    .mutation(({ ctx, input }) => ctx.services.keys.create(input, ctx.principal)),
  revoke: procedure("keys:write")
    .input(IdInput)
    .mutation(({ ctx, input }) => ctx.services.keys.revoke(input, ctx.principal)),
});
