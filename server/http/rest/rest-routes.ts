import { z } from "zod";
import { driftRoutes } from "#server/http/rest/drift-routes.ts";
import { fairnessRoutes } from "#server/http/rest/fairness-routes.ts";
import { modelRoutes } from "#server/http/rest/model-routes.ts";
import { monitorRoutes } from "#server/http/rest/monitor-routes.ts";
import { predictionRoutes } from "#server/http/rest/prediction-routes.ts";
import { qualityRoutes } from "#server/http/rest/quality-routes.ts";
import type { RestRoute } from "#server/http/rest/rest-route.ts";
import { segmentRoutes } from "#server/http/rest/segment-routes.ts";

/** Every route but ingest, which the front door takes before it looks at any table. */
export const REST_ROUTES: readonly RestRoute[] = [
  ...modelRoutes,
  ...predictionRoutes,
  ...monitorRoutes,
  ...driftRoutes,
  ...fairnessRoutes,
  ...qualityRoutes,
  ...segmentRoutes,
];

const Batch = z.object({
  model: z.string().optional(),
  version: z.string().optional(),
  predictions: z.array(z.record(z.string(), z.unknown())).optional(),
  columns: z.record(z.string(), z.unknown()).optional(),
});
const Labels = z.object({ model: z.string().optional(), labels: z.array(z.record(z.string(), z.unknown())) });

const served = () => Promise.reject(new Error("Ingest is served by the front door itself."));

/** How OpenAPI speaks of the two ingest routes. */
export const INGEST_ROUTES: readonly RestRoute[] = [
  {
    method: "POST",
    path: "/api/v1/predictions",
    permission: "predictions:write",
    summary: "Log predictions; 207 when some rows were refused",
    body: Batch,
    takes: ["application/x-ndjson"],
    successStatus: 200,
    handle: served,
  },
  {
    method: "POST",
    path: "/api/v1/labels",
    permission: "labels:write",
    summary: "Log labels; 207 when some rows were refused",
    body: Labels,
    takes: ["application/x-ndjson"],
    successStatus: 200,
    handle: served,
  },
];
