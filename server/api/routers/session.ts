import { procedure, router } from "#server/api/procedure.ts";
import { ServiceError } from "#server/kernel/errors.ts";

export const sessionRouter = router({
  me: procedure("session:read").query(({ ctx }) => {
    if (ctx.principal.kind !== "person")
      throw new ServiceError("forbidden", "Only a signed-in person has a session.");
    return { email: ctx.principal.email, name: ctx.principal.name };
  }),
});
