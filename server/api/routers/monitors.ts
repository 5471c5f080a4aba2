import { BacktestInput, CreateMonitorInput, UpdateMonitorInput } from "#server/api/contract.ts";
import { BudgetInput, EvidenceInput, RecommendedInput, WatchInput } from "#server/api/contracts/budget.ts";
import { IdInput, MonitorsInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const monitorsRouter = router({
  list: procedure("monitors:read")
    .input(MonitorsInput)
    .query(({ ctx, input }) => ctx.services.monitors.list(input ?? {})),
  get: procedure("monitors:read")
    .input(IdInput)
    .query(({ ctx, input }) => ctx.services.monitors.get(input)),
  create: procedure("monitors:write")
    .input(CreateMonitorInput)
    .mutation(({ ctx, input }) => ctx.services.monitors.create(input, ctx.principal)),
  update: procedure("monitors:write")
    .input(UpdateMonitorInput)
    .mutation(({ ctx, input }) => ctx.services.monitors.update(input, ctx.principal)),
  delete: procedure("monitors:write")
    .input(IdInput)
    .mutation(({ ctx, input }) => ctx.services.monitors.delete(input, ctx.principal)),
  budget: procedure("monitors:read")
    .input(BudgetInput)
    .query(({ ctx, input }) => ctx.services.monitors.budget(input)),
  evidence: procedure("monitors:read")
    .input(EvidenceInput)
    .query(({ ctx, input }) => ctx.services.monitors.evidence(input)),
  recommended: procedure("monitors:read")
    .input(RecommendedInput)
    .query(({ ctx, input }) => ctx.services.monitors.recommended(input)),
  watch: procedure("monitors:write")
    .input(WatchInput)
    .mutation(({ ctx, input }) => ctx.services.monitors.watch(input, ctx.principal)),
  backtest: procedure("monitors:read")
    .input(BacktestInput)
    .query(({ ctx, input }) => ctx.services.monitors.backtest(input)),
});
