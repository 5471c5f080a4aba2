import { CreateModelInput, EventInput, UpdateModelInput } from "#server/api/contract.ts";
import { EventsInput, ModelInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const modelsRouter = router({
  list: procedure("models:read").query(({ ctx }) => ctx.services.models.list()),
  get: procedure("models:read")
    .input(ModelInput)
    .query(({ ctx, input }) => ctx.services.models.get(input.model)),
  create: procedure("models:write")
    .input(CreateModelInput)
    .mutation(async ({ ctx, input }) => (await ctx.services.models.create(input, ctx.principal)).model),
  update: procedure("models:write")
    .input(UpdateModelInput)
    .mutation(({ ctx, input }) => ctx.services.models.update(input, ctx.principal)),
  events: procedure("models:read")
    .input(EventsInput)
    .query(({ ctx, input }) => ctx.services.models.events(input)),
  addEvent: procedure("models:write")
    .input(EventInput)
    .mutation(({ ctx, input }) => ctx.services.models.addEvent(input, ctx.principal)),
});
