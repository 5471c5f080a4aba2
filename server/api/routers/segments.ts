import { SegmentChangeInput, SegmentTableInput, WorstSlicesInput } from "#server/api/contracts/segments.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const segmentsRouter = router({
  table: procedure("metrics:read")
    .input(SegmentTableInput)
    .query(({ ctx, input }) => ctx.services.segments.table(input)),
  change: procedure("metrics:read")
    .input(SegmentChangeInput)
    .query(({ ctx, input }) => ctx.services.segments.change(input)),
  worst: procedure("metrics:read")
    .input(WorstSlicesInput)
    .query(({ ctx, input }) => ctx.services.segments.worst(input)),
});
