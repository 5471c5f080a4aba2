import { QualityInput } from "#server/api/contracts/quality.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const qualityRouter = router({
  get: procedure("metrics:read")
    .input(QualityInput)
    .query(({ ctx, input }) => ctx.services.quality.get(input)),
});
