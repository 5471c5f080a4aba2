import type { IncomingMessage, ServerResponse } from "node:http";
import { type Problem, toProblem } from "#server/api/problem.ts";
import { ServiceError } from "#server/kernel/errors.ts";

/** How long a refused sender may go on before its connection is cut. */
const LINGER_MS = 1_000;

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  sendText(response, status, "application/json; charset=utf-8", JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": bytes.length,
    "cache-control": "no-store",
  });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "cache-control": "no-store", "content-length": 0 });
  response.end();
}

/** Answers with a problem. A body that is still on its way is not waited for. */
export function sendProblem(
  response: ServerResponse,
  problem: Problem,
  retryAfterSeconds: number | null = null,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const request = response.req;
  if (retryAfterSeconds !== null) response.setHeader("retry-after", String(retryAfterSeconds));
  if (problem.status === 401) response.setHeader("www-authenticate", 'Bearer realm="plumbline"');
  if (!request.complete) {
    response.setHeader("connection", "close");
    response.once("finish", () => cutSoon(request));
  }
  sendText(response, problem.status, "application/problem+json; charset=utf-8", JSON.stringify(problem));
}

function cutSoon(request: IncomingMessage): void {
  request.resume();
  setTimeout(() => request.destroy(), LINGER_MS).unref();
}

export function sendError(response: ServerResponse, error: unknown, requestId: string | null): Problem {
  const problem = toProblem(error, requestId);
  sendProblem(response, problem, error instanceof ServiceError ? error.retryAfterSeconds : null);
  return problem;
}
