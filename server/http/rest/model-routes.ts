import { z } from "zod";
import { CreateModelInput, EventInput, MetricsQueryInput, UpdateModelInput } from "#server/api/contract.ts";
import { EstimatesInput } from "#server/api/contracts/estimates.ts";
import { LabelAgesInput } from "#server/api/contracts/label-ages.ts";
import { EventsInput, ModelInput } from "#server/api/inputs.ts";
import { sendJson } from "#server/http/respond.ts";
import { Answer, jsonRoute, type RestRoute } from "#server/http/rest/rest-route.ts";

const Nothing = z.object({});
const ReferenceQuery = z.object({
  version: z.string().max(256).default("default"),
  name: z.string().min(1).max(256).optional(),
  map: z.string().max(65_536).optional(),
});

export const modelRoutes: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/models",
    permission: "models:read",
    summary: "Every model with its counts",
    input: Nothing,
    answer: async (_input, { services }) => ({ models: await services.models.list() }),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/models",
    permission: "models:write",
    summary: "Declare a model; the same again is answered 200, a different one 409 with the difference",
    input: CreateModelInput,
    answer: async (input, { services, principal }) => {
      const { model, created } = await services.models.create(input, principal);
      return new Answer(created ? 201 : 200, model);
    },
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}",
    permission: "models:read",
    summary: "A model: schema, versions, references, counts, watermark",
    input: ModelInput,
    answer: ({ model }, { services }) => services.models.get(model),
  }),
  jsonRoute({
    method: "PATCH",
    path: "/api/v1/models/{model}",
    permission: "models:write",
    summary: "Change a model's name, threshold, positive class or features",
    input: UpdateModelInput,
    answer: (input, { services, principal }) => services.models.update(input, principal),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/events",
    permission: "models:read",
    summary: "Deploys, stage changes and notes, oldest first",
    input: EventsInput,
    answer: async (input, { services }) => ({ events: await services.models.events(input) }),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/models/{model}/events",
    permission: "models:write",
    summary: "Record a deploy, a stage change or a note",
    input: EventInput,
    answer: (input, { services, principal }) => services.models.addEvent(input, principal),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/metrics",
    permission: "metrics:read",
    summary: "Metrics over time",
    input: MetricsQueryInput,
    answer: (input, { services }) => services.metrics.query(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/label-ages",
    permission: "metrics:read",
    summary: "How fast labels come, what early ones say, and the newest window at equal age",
    input: LabelAgesInput,
    answer: (input, { services }) => services.performance.labelAges(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/estimates",
    permission: "metrics:read",
    summary: "A performance metric estimated without labels, beside the realised one",
    input: EstimatesInput,
    answer: (input, { services }) => services.performance.estimates(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/metrics",
    permission: "metrics:read",
    summary: "Every metric: unit, direction, inputs, formula",
    input: Nothing,
    answer: async (_input, { services }) => ({ metrics: await services.metrics.list() }),
  }),
  {
    method: "POST",
    path: "/api/v1/models/{model}/references",
    permission: "references:write",
    summary: "Upload a reference; the same content again is the same reference",
    query: ReferenceQuery,
    successStatus: 201,
    takes: ["text/csv", "application/x-ndjson", "application/vnd.apache.parquet"],
    handle: async ({ request, response, parameters, query, services, principal }) => {
      const { version, name, map } = ReferenceQuery.strict().parse(Object.fromEntries(query));
      const answer = await services.references.upload(
        {
          model: parameters.model ?? "",
          version,
          name: name ?? version,
          map: map ?? null,
          contentType: request.headers["content-type"] ?? "",
          gzip: request.headers["content-encoding"] === "gzip",
          stream: request,
        },
        principal,
      );
      sendJson(response, 201, answer);
    },
  },
];
