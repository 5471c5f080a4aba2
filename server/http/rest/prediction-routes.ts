import { z } from "zod";
import { PredictionInput, PredictionsInput } from "#server/api/contract.ts";
import { sendJson } from "#server/http/respond.ts";
import { type ExportFormat, exportPredictions } from "#server/http/rest/export-predictions.ts";
import { jsonRoute, queryToInput, type RestRoute } from "#server/http/rest/rest-route.ts";

const EXPORTS: ReadonlyArray<readonly [type: string, format: ExportFormat]> = [
  ["text/csv", "csv"],
  ["application/x-ndjson", "ndjson"],
];

export const predictionRoutes: readonly RestRoute[] = [
  {
    method: "GET",
    path: "/api/v1/predictions",
    permission: "rows:read",
    summary:
      "Search predictions; with Accept text/csv or application/x-ndjson (or format=csv, ndjson) all that are found are streamed",
    query: PredictionsInput.extend({ format: z.enum(["csv", "ndjson"]).optional() }),
    successStatus: 200,
    answers: EXPORTS.map(([type]) => type),
    handle: async ({ request, response, query, services }) => {
      // A link cannot set Accept, so `format` says the same.
      const asked = new URLSearchParams(query);
      const format = asked.get("format");
      asked.delete("format");
      const input = PredictionsInput.strict().parse(queryToInput(asked, PredictionsInput));
      const accept = request.headers.accept ?? "";
      const wanted = EXPORTS.find(([type, name]) =>
        format === null ? accept.includes(type) : format === name,
      );
      if (wanted === undefined) return sendJson(response, 200, await services.predictions.search(input));
      return exportPredictions(response, services, input, wanted[1]);
    },
  },
  jsonRoute({
    method: "GET",
    path: "/api/v1/predictions/{model}/{prediction_id}",
    permission: "rows:read",
    summary: "Every version's row of one prediction id",
    input: PredictionInput,
    answer: async (input, { services }) => ({ rows: await services.predictions.get(input) }),
  }),
];
