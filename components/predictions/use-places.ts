"use client";
import { useQueries } from "@tanstack/react-query";
import { problemOf } from "#components/api/client.ts";
import { useApiClient } from "#components/api/use-api.ts";
import { placeOf, type ReferencePlace } from "#components/predictions/reference-place.ts";
import type { Distribution, ModelDetail, PredictionRow } from "#server/api/contract.ts";

/** More features than this are asked about only when somebody wants to see them. */
export const PLACES_MAX = 40;
const KEEP_MS = 10 * 60_000;
const AROUND_MS = 86_400_000;

export interface FeaturePlace {
  readonly name: string;
  readonly value: string | number | null;
  readonly place: ReferencePlace;
  readonly pending: boolean;
}

/**
 * Where each feature of a row lies in its version's reference. The distribution is asked for around the row's day, so
 * that walking through rows of one day asks once.
 */
export function usePlaces(row: PredictionRow, model: ModelDetail, limit: number): FeaturePlace[] {
  const client = useApiClient();
  const names = model.features.map((feature) => feature.name).slice(0, limit);
  const day = Math.floor(Date.parse(row.ts) / AROUND_MS) * AROUND_MS;
  const queries = useQueries({
    queries: names.map((feature) => {
      const input = {
        model: model.model,
        version: row.version,
        feature,
        from: new Date(day).toISOString(),
        to: new Date(day + AROUND_MS).toISOString(),
      };
      return {
        queryKey: ["reference-place", input],
        staleTime: KEEP_MS,
        retry: false,
        queryFn: async (): Promise<Distribution> => {
          try {
            return (await client.query("drift.distribution", input)) as Distribution; // the path fixes the type
          } catch (error) {
            throw problemOf(error);
          }
        },
      };
    }),
  });
  return names.map((name, index) => {
    const query = queries[index];
    const value = row.features[name] ?? null;
    const place: ReferencePlace = query?.data ? placeOf(query.data, value) : { kind: "unknown" };
    return { name, value, place, pending: query?.isPending ?? false };
  });
}
