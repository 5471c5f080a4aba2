import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { Permission } from "#server/access/permissions.ts";
import type { Principal } from "#server/access/principal.ts";
import type { Services } from "#server/api/services.ts";
import { readJson } from "#server/http/read-body.ts";
import { sendJson } from "#server/http/respond.ts";
import type { Method, PathParameters, Route } from "#server/http/route-table.ts";

export interface RestCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: PathParameters;
  readonly query: URLSearchParams;
  readonly principal: Principal;
  readonly services: Services;
}

/** A route and what OpenAPI says of it; inputs are `{...path, ...query, ...body}`. */
export interface RestRoute extends Route {
  readonly permission: Permission;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly successStatus: number;
  /** Media types of the answer beside JSON. */
  readonly answers?: readonly string[];
  /** Media types of the body beside JSON. */
  readonly takes?: readonly string[];
  handle(call: RestCall): Promise<void>;
}

interface JsonRoute<Input extends z.ZodObject> {
  readonly method: Method;
  readonly path: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly input: Input;
  readonly successStatus?: number;
  /** Status 204 is answered where nothing comes back. */
  readonly answer: (input: z.infer<Input>, call: RestCall) => Promise<unknown>;
}

/** A route that answers JSON: GET and DELETE read their input from the query, POST and PATCH from the body. */
export function jsonRoute<Input extends z.ZodObject>(definition: JsonRoute<Input>): RestRoute {
  const { method, path, permission, summary, input, answer } = definition;
  const readsBody = method === "POST" || method === "PATCH";
  const successStatus = definition.successStatus ?? (method === "POST" ? 201 : 200);
  return {
    method,
    path,
    permission,
    summary,
    successStatus,
    ...(readsBody ? { body: input } : { query: input }),
    handle: async (call) => {
      const sent = readsBody ? await readObject(call.request) : queryToInput(call.query, input);
      // A strict schema differs from its loose one in what it refuses, not in what it yields.
      const checked = input.strict().parse({ ...sent, ...call.parameters }) as z.infer<Input>;
      const result = await answer(checked, call);
      if (result === undefined) call.response.writeHead(204).end();
      else if (result instanceof Answer) sendJson(call.response, result.status, result.body);
      else sendJson(call.response, successStatus, result);
    },
  };
}

/** An answer whose status depends on what happened. */
export class Answer {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const hasBody = request.headers["content-length"] !== "0" && request.headers["content-type"] !== undefined;
  const body = hasBody ? await readJson(request) : {};
  return typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : { body };
}

/** Query parameters are texts; numbers, switches and lists are read as the schema asks, anything odd is left for it to refuse. */
export function queryToInput(query: URLSearchParams, schema: z.ZodObject): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name);
    const kind = Object.hasOwn(schema.shape, name) ? kindOf(schema.shape[name]) : "string";
    input[name] = kind === "array" ? texts : texts.length > 1 ? texts : readText(texts[0] ?? "", kind);
  }
  return input;
}

function readText(text: string, kind: string): unknown {
  if (kind === "number" && text.trim() !== "") return Number(text);
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function kindOf(schema: unknown): string {
  const { def } = schema as { def: { type: string; innerType?: unknown } };
  return def.innerType === undefined ? def.type : kindOf(def.innerType);
}
