import { AlertsInput } from "#server/api/contract.ts";
import { AlertIdInput, AssignInput, NoteInput, ResolveInput, SilenceInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

const write = () => procedure("alerts:write");

export const alertsRouter = router({
  list: procedure("alerts:read")
    .input(AlertsInput)
    .query(({ ctx, input }) => ctx.services.alerts.list(input)),
  get: procedure("alerts:read")
    .input(AlertIdInput)
    .query(({ ctx, input }) => ctx.services.alerts.get(input)),
  acknowledge: write()
    .input(AlertIdInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.acknowledge(input, ctx.principal)),
  unacknowledge: write()
    .input(AlertIdInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.unacknowledge(input, ctx.principal)),
  assign: write()
    .input(AssignInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.assign(input, ctx.principal)),
  silence: write()
    .input(SilenceInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.silence(input, ctx.principal)),
  unsilence: write()
    .input(AlertIdInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.unsilence(input, ctx.principal)),
  resolve: write()
    .input(ResolveInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.resolve(input, ctx.principal)),
  note: write()
    .input(NoteInput)
    .mutation(({ ctx, input }) => ctx.services.alerts.note(input, ctx.principal)),
});
