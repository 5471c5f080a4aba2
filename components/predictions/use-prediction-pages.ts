"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { z } from "zod";
import { type ApiProblem, problemOf } from "#components/api/client.ts";
import { useApiClient, useAsk } from "#components/api/use-api.ts";
import type { PredictionRow, PredictionsAnswer, PredictionsInput } from "#server/api/contract.ts";

export type PredictionSearch = z.infer<typeof PredictionsInput>;

const PAGE_SIZE = 100;
const PEEK_SIZE = 50;

/** Pages of a search, newest first. Live changes never insert rows here: they are counted by `useNewer`. */
export function usePredictionPages(search: PredictionSearch) {
  const client = useApiClient();
  return useInfiniteQuery<PredictionsAnswer, ApiProblem, PredictionsAnswer[], unknown[], string | null>({
    queryKey: ["predictions.pages", search],
    initialPageParam: null,
    queryFn: async ({ pageParam, signal }) => {
      try {
        const input = { ...search, limit: PAGE_SIZE, cursor: pageParam };
        return (await client.query("predictions.search", input, { signal })) as PredictionsAnswer; // the path fixes the type
      } catch (error) {
        throw problemOf(error);
      }
    },
    getNextPageParam: (last) => last.cursor,
    select: (data) => data.pages,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, problem) => failures < 2 && (problem.status === 0 || problem.status >= 502),
  });
}

/** How many rows came since the first page was read; asked again whenever windows change. */
export function useNewer(search: PredictionSearch, first: readonly PredictionRow[] | undefined): number {
  const watching = search.sort !== "ts" && first !== undefined;
  const peek = useAsk(
    "predictions.search",
    { ...search, limit: PEEK_SIZE },
    { enabled: watching, keep: false },
  );
  if (!watching || !peek.data || first === undefined) return 0;
  return newerRows(peek.data.rows, first);
}

/** Rows of the peek that stand before the newest row on screen. */
export function newerRows(peek: readonly PredictionRow[], shown: readonly PredictionRow[]): number {
  const known = new Set(shown.map(rowKey));
  const until = peek.findIndex((row) => known.has(rowKey(row)));
  return until < 0 ? peek.length : until;
}
export const NEWER_MAX = PEEK_SIZE;

export function rowKey(row: Pick<PredictionRow, "prediction_id" | "version">): string {
  return `${row.version} ${row.prediction_id}`;
}
