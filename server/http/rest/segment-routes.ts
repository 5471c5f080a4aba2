import { SegmentChangeInput, SegmentTableInput, WorstSlicesInput } from "#server/api/contracts/segments.ts";
import { jsonRoute, type RestRoute } from "#server/http/rest/rest-route.ts";

export const segmentRoutes: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/segments",
    permission: "metrics:read",
    summary: "A metric by the values of a segment key, each against all other rows",
    input: SegmentTableInput,
    answer: (input, { services }) => services.segments.table(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/segments/change",
    permission: "metrics:read",
    summary: "Why a metric changed between two ranges: mix and within by segment, scores and labels",
    input: SegmentChangeInput,
    answer: (input, { services }) => services.segments.change(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/segments/worst",
    permission: "metrics:read",
    summary: "Slices in which the model is worst, over all segment keys",
    input: WorstSlicesInput,
    answer: (input, { services }) => services.segments.worst(input),
  }),
];
