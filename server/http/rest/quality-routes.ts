import { QualityInput } from "#server/api/contracts/quality.ts";
import { jsonRoute, type RestRoute } from "#server/http/rest/rest-route.ts";

export const qualityRoutes: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/quality",
    permission: "metrics:read",
    summary:
      "Whether data arrives, complete and in shape: volume by season, silence, checks, violations, schema",
    input: QualityInput,
    answer: (input, { services }) => services.quality.get(input),
  }),
];
