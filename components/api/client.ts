import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCUntypedClient,
} from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/api/root.ts";

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
type Routes<Router> = {
  [Group in keyof Router & string]: `${Group}.${keyof Router[Group] & string}`;
}[keyof Router & string];
type At<Router, Path extends string> = Path extends `${infer Group}.${infer Name}`
  ? Group extends keyof Router
    ? Name extends keyof Router[Group]
      ? Router[Group][Name]
      : never
    : never
  : never;

/** A procedure by its dotted name, such as `metrics.query`. */
export type Procedure = Routes<Outputs>;
export type InputOf<P extends Procedure> = At<Inputs, P>;
export type OutputOf<P extends Procedure> = At<Outputs, P>;

export type ApiClient = TRPCUntypedClient<AppRouter>;

const API_URL = "/api/trpc";
/** The server refuses larger batches and over-long addresses. */
const BATCH_MAX = 10;
const URL_MAX = 6_000;

export function createApiClient(): ApiClient {
  return createTRPCUntypedClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url: API_URL }),
        false: httpBatchLink({
          url: API_URL,
          maxItems: BATCH_MAX,
          maxURLLength: URL_MAX,
          headers: { "x-plumbline-csrf": "1" },
        }),
      }),
    ],
  });
}

export interface ApiProblem {
  status: number;
  code: string;
  detail: string;
  requestId: string | null;
  /** Field errors by path, for forms. */
  fields: Record<string, string>;
}

interface ProblemData {
  problem?: {
    status?: number;
    code?: string;
    detail?: string;
    requestId?: string | null;
    errors?: readonly { path: string; message: string }[];
  };
  httpStatus?: number;
}

const LOST: ApiProblem = {
  status: 0,
  code: "unreachable",
  detail: "Plumbline did not answer. The connection may be down; what you see stays as it was.",
  requestId: null,
  fields: {},
};

/** What a page can say of any failed call: a sentence, the request id, and field errors. */
export function problemOf(error: unknown): ApiProblem {
  if (!(error instanceof TRPCClientError)) return LOST;
  const data: ProblemData | null | undefined = error.data;
  if (!data) return LOST;
  const { problem } = data;
  return {
    status: problem?.status ?? data.httpStatus ?? 500,
    code: problem?.code ?? "error",
    detail: problem?.detail ?? error.message,
    requestId: problem?.requestId ?? null,
    fields: Object.fromEntries((problem?.errors ?? []).map(({ path, message }) => [path, message])),
  };
}
