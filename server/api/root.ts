import { router } from "#server/api/procedure.ts";
import { alertsRouter } from "#server/api/routers/alerts.ts";
import { channelsRouter } from "#server/api/routers/channels.ts";
import { fairnessRouter } from "#server/api/routers/fairness.ts";
import { fleetRouter } from "#server/api/routers/fleet.ts";
import { keysRouter } from "#server/api/routers/keys.ts";
import { liveRouter } from "#server/api/routers/live.ts";
import { driftRouter, metricsRouter, performanceRouter } from "#server/api/routers/metrics.ts";
import { modelsRouter } from "#server/api/routers/models.ts";
import { monitorsRouter } from "#server/api/routers/monitors.ts";
import { labelsRouter, predictionsRouter, referencesRouter } from "#server/api/routers/predictions.ts";
import { qualityRouter } from "#server/api/routers/quality.ts";
import { segmentsRouter } from "#server/api/routers/segments.ts";
import { sessionRouter } from "#server/api/routers/session.ts";

export const appRouter = router({
  models: modelsRouter,
  fleet: fleetRouter,
  metrics: metricsRouter,
  drift: driftRouter,
  performance: performanceRouter,
  fairness: fairnessRouter,
  quality: qualityRouter,
  segments: segmentsRouter,
  predictions: predictionsRouter,
  labels: labelsRouter,
  references: referencesRouter,
  monitors: monitorsRouter,
  alerts: alertsRouter,
  channels: channelsRouter,
  keys: keysRouter,
  session: sessionRouter,
  live: liveRouter,
});

export type AppRouter = typeof appRouter;
