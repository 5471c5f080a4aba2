import { FleetInput } from "#server/api/inputs.ts";
import { procedure, router } from "#server/api/procedure.ts";

export const fleetRouter = router({
  get: procedure("metrics:read")
    .input(FleetInput)
    .query(({ ctx, input }) => ctx.services.fleet.get(input)),
});
