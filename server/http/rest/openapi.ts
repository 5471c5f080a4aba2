import { z } from "zod";
import { PERMISSIONS } from "#server/access/permissions.ts";
import type { RestRoute } from "#server/http/rest/rest-route.ts";

const problem = { $ref: "#/components/responses/Problem" };

/** OpenAPI 3.1 from the routes themselves: paths, inputs as JSON Schema, scopes. Answers are described by the docs. */
export function openApiDocument(routes: readonly RestRoute[], version: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operation(route);
    paths[route.path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Plumbline",
      version,
      description: "Monitoring for machine-learning models in production.",
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key (`plb_…`)." } },
      responses: {
        Problem: {
          description: "A refusal, RFC 9457.",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "The stable word to program against." },
    requestId: { type: ["string", "null"] },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

function operation(route: RestRoute): object {
  const scope = PERMISSIONS[route.permission];
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  return {
    summary: route.summary,
    description: scope === null ? "For signed-in people." : `Needs the scope \`${scope}\`.`,
    parameters: [...names.map(pathParameter), ...queryParameters(route.query, names)],
    ...requestBody(route, names),
    responses: { [route.successStatus]: success(route), default: problem },
  };
}

function pathParameter(name: string): object {
  return { name, in: "path", required: true, schema: { type: "string" } };
}

function queryParameters(schema: z.ZodObject | undefined, inPath: readonly string[]): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties)
    .filter(([name]) => !inPath.includes(name))
    .map(([name, property]) => ({ name, in: "query", required: required.includes(name), schema: property }));
}

function requestBody(route: RestRoute, inPath: readonly string[]): object {
  const content: Record<string, object> = {};
  if (route.body !== undefined) content["application/json"] = { schema: bodySchema(route.body, inPath) };
  for (const type of route.takes ?? []) content[type] = {};
  return Object.keys(content).length === 0 ? {} : { requestBody: { required: true, content } };
}

function bodySchema(schema: z.ZodObject, inPath: readonly string[]): object {
  const { $schema: _, properties = {}, required = [], ...rest } = z.toJSONSchema(schema, { io: "input" });
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !inPath.includes(name))),
    required: required.filter((name) => !inPath.includes(name)),
  };
}

function success(route: RestRoute): object {
  const types = ["application/json", ...(route.answers ?? [])];
  return { description: "Done.", content: Object.fromEntries(types.map((type) => [type, {}])) };
}
