import { z } from "zod";
import { FairnessInput } from "#server/api/contracts/fairness.ts";
import { sendJson } from "#server/http/respond.ts";
import { impactCsv } from "#server/http/rest/impact-csv.ts";
import { queryToInput, type RestRoute } from "#server/http/rest/rest-route.ts";

/** A link cannot send an Accept header, so the format may stand in the address. */
const FairnessQuery = FairnessInput.extend({ format: z.enum(["json", "csv"]).optional() });

export const fairnessRoutes: readonly RestRoute[] = [
  {
    method: "GET",
    path: "/api/v1/models/{model}/fairness",
    permission: "metrics:read",
    summary: "Groups compared by fairness criteria; as CSV the impact ratios of Local Law 144",
    query: FairnessQuery,
    successStatus: 200,
    answers: ["text/csv"],
    handle: async ({ request, response, parameters, query, services }) => {
      const sent = { ...queryToInput(query, FairnessQuery), ...parameters };
      const { format, ...input } = FairnessQuery.strict().parse(sent);
      const wantsCsv =
        format === "csv" || (format === undefined && (request.headers.accept ?? "").includes("text/csv"));
      const answer = await services.fairness.get(input);
      if (!wantsCsv) {
        sendJson(response, 200, answer);
        return;
      }
      response.writeHead(200, {
        "content-type": "text/csv; charset=utf-8; header=present",
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="impact-ratios.csv"',
      });
      response.end(impactCsv(answer));
    },
  },
];
