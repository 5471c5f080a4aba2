"use client";
import { useQueryState } from "nuqs";
import { useCallback } from "react";
import { scopeParsers } from "#components/shell/search-params.ts";

/** Puts a range into the URL, as the range menu does; back undoes it. */
export function useSetRange(): (range: { fromMs: number; toMs: number }) => void {
  const [, set] = useQueryState("t", scopeParsers.t);
  return useCallback((range) => void set({ kind: "absolute", ...range }), [set]);
}
