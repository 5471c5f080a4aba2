import type { ServiceClient } from "../service-client.ts";
import { CATEGORY_FEATURES, type FlightsReference, NUMBER_FEATURES } from "./flights-log.ts";

/** The two models that the flights service runs on the same inputs, and what an operator would watch of them. */

const SEGMENTS = new Set<string>(["carrier", "origin"]);

const FEATURE_TYPES = Object.fromEntries([
  ...CATEGORY_FEATURES.map((name) => [
    name,
    { type: "category", ...(SEGMENTS.has(name) ? { segment: true } : {}) },
  ]),
  ...NUMBER_FEATURES.map((name) => [name, { type: "number" }]),
]);

export const FLIGHTS_MODELS = [
  {
    slug: "flight-late",
    name: "Will the flight be 15 minutes late?",
    task: "binary",
    window: "1h",
    positive_class: "late",
    threshold: 0.25, // v2 decides there, v1 did at 0.24; every row logs its own decision
    features: FEATURE_TYPES,
  },
  {
    slug: "flight-delay",
    name: "By how many minutes will it arrive late?",
    task: "regression",
    window: "1h",
    features: FEATURE_TYPES,
  },
] as const;

export type FlightsModel = (typeof FLIGHTS_MODELS)[number]["slug"];

const REFERENCE_MAPS: Record<FlightsModel, string> = {
  "flight-late":
    "ts:predicted_at,prediction_id:prediction_id,output.probability:probability,output.value:decision,label:late,ignore:delay,ignore:minutes",
  "flight-delay":
    "ts:predicted_at,prediction_id:prediction_id,output.value:minutes,label:delay,ignore:late,ignore:probability,ignore:decision",
};

const VERSION_TEXT: Record<string, string> = {
  v1: "Logistic regression, trained on January and February",
  v2: "Gradient boosting, trained on January to May",
};

/** v1 is champion from the first row; v2 challenges from 1 June and is promoted on 1 July (local midnight of the log). */
export function stageEvents(shiftMs: number) {
  const at = (text: string) => new Date(Date.parse(text) + shiftMs).toISOString();
  return [
    {
      kind: "stage",
      version: "v1",
      stage: "champion",
      at: at("2013-03-01T00:00:00Z"),
      text: VERSION_TEXT.v1,
    },
    {
      kind: "stage",
      version: "v2",
      stage: "challenger",
      at: at("2013-06-01T00:00:00Z"),
      text: VERSION_TEXT.v2,
    },
    {
      kind: "stage",
      version: "v2",
      stage: "champion",
      at: at("2013-07-01T00:00:00Z"),
      text: "Better on the same June flights",
    },
    {
      kind: "stage",
      version: "v1",
      stage: "retired",
      at: at("2013-07-01T00:00:00Z"),
      text: "Replaced by v2",
    },
  ];
}

const WEEKLY = { window: "7d", minN: 500 } as const;
/** Drift of up to 0.05 is nobody's trouble; days add up until they are worth more than the false-alarm budget. */
const DRIFT_EVIDENCE = {
  metric: "tv",
  op: "above",
  limit: 0.05,
  decide: "evidence",
  window: "1d",
  minN: 100,
  keepWindows: 7,
} as const;

/** Limits a person would set after a look at the references: AUC 0.71 (v1) and 0.78 (v2), MAE 22.8 and 22.3 minutes. */
export const FLIGHTS_MONITORS: Record<FlightsModel, readonly Record<string, unknown>[]> = {
  "flight-late": [
    { name: "ROC AUC below 0.70", metric: "roc_auc", op: "below", limit: 0.7, severity: "page", ...WEEKLY },
    { name: "Calibration error above 0.08", metric: "ece", op: "above", limit: 0.08, ...WEEKLY },
    {
      name: "Score distribution moved",
      metric: "psi@10",
      feature: "@output",
      op: "above",
      limit: 0.2,
      ...WEEKLY,
    },
    {
      name: "Hourly departures moved",
      metric: "psi@10",
      feature: "hourly_departures",
      op: "above",
      limit: 0.2,
      ...WEEKLY,
    },
    { name: "Temperature moved", metric: "psi@10", feature: "temperature", op: "above", limit: 1, ...WEEKLY },
    {
      name: "Carrier delay moved",
      metric: "psi@10",
      feature: "carrier_delay",
      op: "above",
      limit: 0.2,
      ...WEEKLY,
    },
    { name: "Score has drifted", feature: "@output", ...DRIFT_EVIDENCE },
    { name: "Carrier delay has drifted", feature: "carrier_delay", ...DRIFT_EVIDENCE },
    { name: "Temperature has drifted", feature: "temperature", ...DRIFT_EVIDENCE },
    {
      name: "Pressure readings missing",
      metric: "null_rate",
      feature: "pressure",
      op: "above",
      limit: 0.2,
      window: "1d",
      minN: 200,
    },
    {
      name: "Destinations never seen in training",
      metric: "new_category_rate",
      feature: "destination",
      op: "above",
      limit: 0.005,
      window: "1d",
      minN: 200,
    },
    {
      name: "Few flights scored, or none",
      metric: "volume",
      op: "below",
      limit: 400,
      window: "1d",
      minN: 1,
      noDataWindows: 2,
    },
  ],
  "flight-delay": [
    {
      name: "Mean absolute error above 28 minutes",
      metric: "mae",
      op: "above",
      limit: 28,
      severity: "page",
      ...WEEKLY,
    },
    { name: "Bias beyond 8 minutes", metric: "bias", op: "below", limit: -8, ...WEEKLY },
    {
      name: "Predicted delay moved",
      metric: "psi@10",
      feature: "@output",
      op: "above",
      limit: 0.2,
      ...WEEKLY,
    },
  ],
};

/** Everything that a release engineer would do once before the service starts to log. Safe to repeat. */
export async function prepareModels(
  client: ServiceClient,
  reference: FlightsReference,
  shiftMs: number,
  say: (line: string) => void,
): Promise<void> {
  for (const model of FLIGHTS_MODELS) {
    say(`Creating ${model.slug} with its references …`);
    await client.postPlain("/api/v1/models", model);
    for (const version of ["v1", "v2"]) {
      const map = encodeURIComponent(REFERENCE_MAPS[model.slug]);
      const path = `/api/v1/models/${model.slug}/references?version=${version}&name=held-out+training+months&map=${map}`;
      await client.upload(path, "text/csv", reference.csv(version));
    }
    for (const event of stageEvents(shiftMs))
      await client.postPlain(`/api/v1/models/${model.slug}/events`, event);
    for (const monitor of FLIGHTS_MONITORS[model.slug])
      await client.postPlain("/api/v1/monitors", { model: model.slug, ...monitor });
  }
}
