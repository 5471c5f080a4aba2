import { FairnessInput } from "#server/api/contracts/fairness.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const fairnessRouter = router({
  get: procedure("metrics:read")
    .input(FairnessInput)
    .query(({ ctx, input }) => ctx.services.fairness.get(input)),
});
