import { z } from "zod";
import { PredictionInput, PredictionsInput } from "#server/api/contract.ts";
import { ReferenceFromRangeInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

/** The ingest stage checks rows itself, one by one, and answers for each; here it need only be JSON. */
const WireBody = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

export const predictionsRouter = router({
  log: procedure("predictions:write")
    .input(WireBody)
    .mutation(({ ctx, input }) => ctx.services.predictions.log(input, ctx.principal)),
  search: procedure("rows:read")
    .input(PredictionsInput)
    .query(({ ctx, input }) => ctx.services.predictions.search(input)),
  get: procedure("rows:read")
    .input(PredictionInput)
    .query(({ ctx, input }) => ctx.services.predictions.get(input)),
});

export const labelsRouter = router({
  log: procedure("labels:write")
    .input(WireBody)
    .mutation(({ ctx, input }) => ctx.services.labels.log(input, ctx.principal)),
});

export const referencesRouter = router({
  fromRange: procedure("references:write")
    .input(ReferenceFromRangeInput)
    .mutation(({ ctx, input }) => ctx.services.references.fromRange(input, ctx.principal)),
});
