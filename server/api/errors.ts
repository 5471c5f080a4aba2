import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { type Problem, toProblem } from "#server/api/problem.ts";
import { ServiceError, type ServiceErrorCode } from "#server/kernel/errors.ts";

type TrpcCode = TRPCError["code"];

const TRPC_CODES: Record<ServiceErrorCode, TrpcCode> = {
  bad_request: "BAD_REQUEST",
  unauthorized: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  not_found: "NOT_FOUND",
  method_not_allowed: "METHOD_NOT_SUPPORTED",
  timeout: "TIMEOUT",
  conflict: "CONFLICT",
  too_large: "PAYLOAD_TOO_LARGE",
  unsupported_media_type: "UNSUPPORTED_MEDIA_TYPE",
  rate_limited: "TOO_MANY_REQUESTS",
  unavailable: "SERVICE_UNAVAILABLE",
};

/** Gives a thrown thing the code, and so the HTTP status, that tRPC answers with. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) return error;
  if (error instanceof ServiceError) {
    return new TRPCError({ code: TRPC_CODES[error.code], message: error.message, cause: error });
  }
  if (error instanceof ZodError) return new TRPCError({ code: "BAD_REQUEST", cause: error });
  return new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "Internal error", cause: error });
}

/** tRPC's own refusals (unknown procedure, unreadable body) have texts of their own that are safe to show. */
function problemOf(error: TRPCError, httpStatus: number, requestId: string | null): Problem {
  const cause = error.cause;
  if (cause instanceof ServiceError || cause instanceof ZodError) return toProblem(cause, requestId);
  const base = toProblem(error, requestId);
  if (error.code === "INTERNAL_SERVER_ERROR") return base;
  const code = error.code.toLowerCase();
  return {
    ...base,
    type: `urn:plumbline:problem:${code}`,
    title: code.replaceAll("_", " "),
    status: httpStatus,
    detail: detailOf(error),
    code,
  };
}

function detailOf(error: TRPCError): string {
  if (error.code === "NOT_FOUND") return "There is no procedure of that name.";
  if (error.code === "METHOD_NOT_SUPPORTED") return "Queries are GET, mutations are POST.";
  if (error.code === "PARSE_ERROR") return "The body or the input is not readable JSON.";
  return "The request could not be read; see the tRPC code.";
}

interface ErrorShape {
  message: string;
  code: number;
  data: { code: string; httpStatus: number; path?: string };
}

/** What the client sees of an error: the problem that REST would answer, and never the text of an unknown one. */
export function trpcErrorShape<Shape extends ErrorShape>(
  shape: Shape,
  error: TRPCError,
  requestId: string | null,
) {
  const problem = problemOf(error, shape.data.httpStatus, requestId);
  return {
    ...shape,
    message: problem.detail,
    data: { code: shape.data.code, httpStatus: problem.status, path: shape.data.path, problem },
  };
}
