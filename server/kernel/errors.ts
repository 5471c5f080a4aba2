/** A refusal that the caller can act on. Anything else that is thrown is a bug and leaks no text. */
export type ServiceErrorCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "unsupported_media_type"
  | "method_not_allowed"
  | "timeout"
  | "rate_limited"
  | "unavailable";

export const HTTP_STATUS: Record<ServiceErrorCode, number> = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  unavailable: 503,
};

/** The `title` of a problem document, by status: the same words wherever it is written. */
export const HTTP_TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  408: "Too slow",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  429: "Too many requests",
  500: "Internal error",
  501: "Not there yet",
  503: "Unavailable",
};

export interface FieldError {
  /** Where, as a path such as `features.distance` or `predictions[3].ts`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  /** Stable machine word, finer than `code`: `storage_full`, `unknown_metric`, … */
  readonly reason: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;
  /** Further facts for the answer's body, such as `limit` and `actual`. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;

  constructor(
    code: ServiceErrorCode,
    message: string,
    more: {
      reason?: string;
      errors?: readonly FieldError[];
      retryAfterSeconds?: number;
      facts?: Record<string, string | number | boolean | null>;
    } = {},
  ) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
    this.reason = more.reason ?? code;
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
    this.facts = more.facts ?? {};
  }
}
