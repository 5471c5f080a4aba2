"use client";
import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { createContext, useContext } from "react";
import {
  type ApiClient,
  type ApiProblem,
  type InputOf,
  type OutputOf,
  type Procedure,
  problemOf,
} from "#components/api/client.ts";

export const ApiClientContext = createContext<ApiClient | null>(null);

export function useApiClient(): ApiClient {
  const client = useContext(ApiClientContext);
  if (client === null) throw new Error("useApiClient needs <ApiProvider> above it.");
  return client;
}

export interface AskOptions {
  /** False holds the question back until its input is known. */
  enabled?: boolean;
  /** Previous data of another input stays on screen while new data loads (the default). */
  keep?: boolean;
  staleMs?: number;
}

const STALE_MS = 5_000;
const RETRY_MS = 700;

/** Asks a query procedure. The key is `[path, input]`, which is what live changes invalidate by. */
export function useAsk<P extends Procedure>(
  path: P,
  input: InputOf<P>,
  options: AskOptions = {},
): UseQueryResult<OutputOf<P>, ApiProblem> {
  const client = useApiClient();
  return useQuery<OutputOf<P>, ApiProblem>({
    queryKey: [path, input],
    queryFn: async ({ signal }) => {
      try {
        return (await client.query(path, input, { signal })) as OutputOf<P>; // the path fixes the type; the client is untyped to keep tsc fast
      } catch (error) {
        throw problemOf(error);
      }
    },
    enabled: options.enabled ?? true,
    staleTime: options.staleMs ?? STALE_MS,
    placeholderData: (options.keep ?? true) ? keepPreviousData : undefined,
    retryDelay: RETRY_MS,
    retry: (failures, problem) => failures < 2 && (problem.status === 0 || problem.status >= 502),
  });
}

/** Runs a mutation, then asks again for everything whose path starts with one of `refresh` (`alerts.`, `fleet.get`). */
export function useTell<P extends Procedure>(
  path: P,
  options: { refresh?: readonly string[]; onDone?: (output: OutputOf<P>) => void } = {},
): UseMutationResult<OutputOf<P>, ApiProblem, InputOf<P>> {
  const client = useApiClient();
  const queries = useQueryClient();
  return useMutation<OutputOf<P>, ApiProblem, InputOf<P>>({
    mutationFn: async (input) => {
      try {
        return (await client.mutation(path, input)) as OutputOf<P>;
      } catch (error) {
        throw problemOf(error);
      }
    },
    onSuccess: async (output) => {
      options.onDone?.(output);
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => (options.refresh ?? []).some((start) => startsWith(queryKey[0], start)),
      });
    },
  });
}

function startsWith(path: unknown, start: string): boolean {
  return typeof path === "string" && path.startsWith(start);
}
