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
