import { CurvesInput, DistributionInput, MetricsQueryInput, SegmentsInput } from "#server/api/contract.ts";
import { EstimatesInput } from "#server/api/contracts/estimates.ts";
import { LabelAgesInput } from "#server/api/contracts/label-ages.ts";
import { MultivariateInput } from "#server/api/contracts/multivariate.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const metricsRouter = router({
  list: procedure("metrics:read").query(({ ctx }) => ctx.services.metrics.list()),
  query: procedure("metrics:read")
    .input(MetricsQueryInput)
    .query(({ ctx, input }) => ctx.services.metrics.query(input)),
});

export const driftRouter = router({
  distribution: procedure("metrics:read")
    .input(DistributionInput)
    .query(({ ctx, input }) => ctx.services.drift.distribution(input)),
  multivariate: procedure("metrics:read")
    .input(MultivariateInput)
    .query(({ ctx, input }) => ctx.services.drift.multivariate(input)),
});

export const performanceRouter = router({
  labelAges: procedure("metrics:read")
    .input(LabelAgesInput)
    .query(({ ctx, input }) => ctx.services.performance.labelAges(input)),
  estimates: procedure("metrics:read")
    .input(EstimatesInput)
    .query(({ ctx, input }) => ctx.services.performance.estimates(input)),
  curves: procedure("metrics:read")
    .input(CurvesInput)
    .query(({ ctx, input }) => ctx.services.performance.curves(input)),
  segments: procedure("metrics:read")
    .input(SegmentsInput)
    .query(({ ctx, input }) => ctx.services.performance.segments(input)),
});
