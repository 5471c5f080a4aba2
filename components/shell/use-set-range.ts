"use client";
import { useQueryState } from "nuqs";
import { useCallback } from "react";
import { scopeParsers } from "#components/shell/search-params.ts";
import { MINUTE_MS } from "#components/ui/time.ts";

/** Puts a range of whole minutes into the URL, as the range menu does; back undoes it. */
export function useSetRange(): (range: { fromMs: number; toMs: number }) => void {
  const [, set] = useQueryState("t", scopeParsers.t);
  return useCallback(
    ({ fromMs, toMs }) =>
      void set({
        kind: "absolute",
        fromMs: Math.floor(fromMs / MINUTE_MS) * MINUTE_MS,
        toMs: Math.ceil(toMs / MINUTE_MS) * MINUTE_MS,
      }),
    [set],
  );
}
