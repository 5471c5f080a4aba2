import { FairnessInput } from "#server/api/contracts/fairness.ts";
import { sendJson } from "#server/http/respond.ts";
import { impactCsv } from "#server/http/rest/impact-csv.ts";
import { queryToInput, type RestRoute } from "#server/http/rest/rest-route.ts";

export const fairnessRoutes: readonly RestRoute[] = [
  {
    method: "GET",
    path: "/api/v1/models/{model}/fairness",
    permission: "metrics:read",
    summary: "Groups compared by fairness criteria; as CSV the impact ratios of Local Law 144",
    query: FairnessInput,
    successStatus: 200,
    answers: ["text/csv"],
    handle: async ({ request, response, parameters, query, services }) => {
      const input = FairnessInput.strict().parse({ ...queryToInput(query, FairnessInput), ...parameters });
      const answer = await services.fairness.get(input);
      if (!(request.headers.accept ?? "").includes("text/csv")) {
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
