import { ZodError } from "zod";
import { type FieldError, HTTP_STATUS, HTTP_TITLES, ServiceError } from "#server/kernel/errors.ts";

/** RFC 9457; `code` is the stable word to program against. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string | null;
  readonly errors?: readonly FieldError[];
  readonly [fact: string]: unknown;
}

const ISSUES_LISTED_MAX = 20;

/** The issues of a refused input by place and kind; zod's own words name types and never the value. */
export function zodFieldErrors(error: ZodError): FieldError[] {
  return error.issues.slice(0, ISSUES_LISTED_MAX).map((issue) => ({
    path: issue.path.map(String).join("."),
    code: issue.code,
    message: issue.message,
  }));
}

function asServiceError(error: unknown): ServiceError | null {
  if (error instanceof ServiceError) return error;
  if (!(error instanceof ZodError)) return null;
  const errors = zodFieldErrors(error);
  const first = errors[0];
  const where = first?.path ? ` at \`${first.path}\`` : "";
  return new ServiceError(
    "bad_request",
    `The input is not valid${where}: ${first?.message ?? "unknown issue"}.`,
    {
      reason: "invalid_input",
      errors,
    },
  );
}

/** Says what went wrong in public words; whatever is not ours to explain becomes a 500 without text. */
export function toProblem(error: unknown, requestId: string | null): Problem {
  const known = asServiceError(error);
  if (known === null) {
    return problem(
      500,
      "internal_error",
      "Something went wrong on our side; the log has it under this request id.",
      {
        requestId,
      },
    );
  }
  return problem(HTTP_STATUS[known.code], known.reason, known.message, {
    ...known.facts,
    requestId,
    ...(known.errors.length > 0 ? { errors: known.errors } : {}),
  });
}

function problem(
  status: number,
  code: string,
  detail: string,
  more: { requestId: string | null; errors?: readonly FieldError[] },
): Problem {
  return {
    ...more,
    type: `urn:plumbline:problem:${code}`,
    title: HTTP_TITLES[status] ?? "Error",
    status,
    detail,
    code,
  };
}
