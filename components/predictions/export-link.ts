import type { z } from "zod";
import type { PredictionsInput } from "#server/api/contract.ts";

type Search = z.infer<typeof PredictionsInput>;

/** The same search as a file: the session cookie goes along, rows are streamed. */
export function exportHref(search: Search, format: "csv" | "ndjson"): string {
  const params = new URLSearchParams({ model: search.model, format });
  for (const name of ["from", "to", "version", "where", "id", "sort"] as const) {
    const value = search[name];
    if (value) params.set(name, value);
  }
  if (search.labelled !== undefined) params.set("labelled", String(search.labelled));
  for (const segment of search.segment ?? []) params.append("segment", segment);
  return `/api/v1/predictions?${params}`;
}
