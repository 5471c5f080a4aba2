import type { IncomingMessage, ServerResponse } from "node:http";
import type { IngestOutcome } from "#server/ingest/ingest-answer.ts";
import type { IngestContext } from "#server/ingest/ingest-rows.ts";
import { HTTP_STATUS, HTTP_TITLES, ServiceError } from "#server/kernel/errors.ts";

/** How long the rest of a refused body is read and thrown away, so that its sender sees the answer and not a reset. */
const LINGER_MS = 1_000;

export function sendOutcome(
  response: ServerResponse,
  { status, answer }: IngestOutcome,
  context: IngestContext,
): void {
  if (status !== 400) {
    send(response, status, "application/json", JSON.stringify(answer), context);
    return;
  }
  const detail = `All ${answer.rejected} rows were refused and nothing was stored; \`results\` says why.`;
  const problem = { ...head(400, "all_rows_rejected", detail, context), ...answer };
  send(response, 400, "application/problem+json", JSON.stringify(problem), context);
}

export function sendIngestProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  context: IngestContext,
): void {
  if (response.headersSent || response.destroyed) return;
  const problem = problemOf(error, context);
  if (error instanceof ServiceError) {
    if (error.retryAfterSeconds !== null) response.setHeader("retry-after", String(error.retryAfterSeconds));
    if (error.code === "method_not_allowed") response.setHeader("allow", "POST");
  }
  const text = JSON.stringify(problem);
  if (request.complete) send(response, problem.status, "application/problem+json", text, context);
  else sendAndLinger(request, response, problem.status, text, context);
}

function problemOf(error: unknown, context: IngestContext): { readonly status: number } {
  if (!(error instanceof ServiceError)) {
    return head(
      500,
      "internal_error",
      "Something went wrong on our side; send the same bytes again.",
      context,
    );
  }
  const { errors, facts } = error;
  const base = head(HTTP_STATUS[error.code], error.reason, error.message, context);
  return { ...facts, ...base, ...(errors.length > 0 ? { errors } : {}) };
}

function head(status: number, code: string, detail: string, { requestId }: IngestContext) {
  return {
    type: `urn:plumbline:problem:${code}`,
    title: HTTP_TITLES[status] ?? "Error",
    status,
    detail,
    code,
    requestId,
  };
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  context: IngestContext,
): void {
  writeHead(response, status, type, Buffer.byteLength(text), context);
  response.end(text);
}

function writeHead(
  response: ServerResponse,
  status: number,
  type: string,
  length: number,
  context: IngestContext,
): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": length,
    "cache-control": "no-store",
    "x-durability": context.settings.durability,
  });
}

/** The answer is whole on the wire before the connection ends; whoever still sends gets a moment to notice. */
function sendAndLinger(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  context: IngestContext,
): void {
  response.setHeader("connection", "close");
  writeHead(response, status, "application/problem+json", Buffer.byteLength(text), context);
  response.write(text);
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.once("end", finish);
  request.once("close", finish);
  request.on("error", finish);
  request.resume();
}
