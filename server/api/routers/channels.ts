import { CreateChannelInput } from "#server/api/contract.ts";
import { DeliveriesInput, IdInput, UpdateChannelInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const channelsRouter = router({
  list: procedure("channels:read").query(({ ctx }) => ctx.services.channels.list()),
  create: procedure("channels:write")
    .input(CreateChannelInput)
    .mutation(({ ctx, input }) => ctx.services.channels.create(input, ctx.principal)),
  update: procedure("channels:write")
    .input(UpdateChannelInput)
    .mutation(({ ctx, input }) => ctx.services.channels.update(input, ctx.principal)),
  delete: procedure("channels:write")
    .input(IdInput)
    .mutation(({ ctx, input }) => ctx.services.channels.delete(input, ctx.principal)),
  test: procedure("channels:write")
    .input(IdInput)
    .mutation(({ ctx, input }) => ctx.services.channels.test(input, ctx.principal)),
  deliveries: procedure("channels:read")
    .input(DeliveriesInput)
    .query(({ ctx, input }) => ctx.services.channels.deliveries(input)),
});
