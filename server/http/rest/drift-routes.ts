import { MultivariateInput } from "#server/api/contracts/multivariate.ts";
import { jsonRoute, type RestRoute } from "#server/http/rest/rest-route.ts";

export const driftRoutes: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/drift/multivariate",
    permission: "metrics:read",
    summary:
      "All features together, a range against rows of the reference; computed when asked for, in seconds",
    input: MultivariateInput,
    answer: (input, { services }) => services.drift.multivariate(input),
  }),
];
