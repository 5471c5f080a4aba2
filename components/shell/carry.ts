"use client";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";
import { CARRIED_KEYS } from "#components/shell/search-params.ts";

/** Adds the parts of the address that go along to another page; keys that `href` sets itself win. */
export function carry(href: string, current: URLSearchParams, keys: readonly string[]): string {
  const [path = "", own = ""] = href.split("?");
  const params = new URLSearchParams(own);
  for (const key of keys) {
    const value = current.get(key);
    if (value !== null && !params.has(key)) params.set(key, value);
  }
  const query = params.toString();
  return query ? `${path}?${query}` : path;
}

/** Links within a model keep range, window, version, segment and zone. */
export function useCarry(keys: readonly string[] = CARRIED_KEYS): (href: string) => string {
  const params = useSearchParams();
  return useCallback((href) => carry(href, new URLSearchParams(params), keys), [params, keys]);
}

export const modelPath = (model: string, ...rest: string[]) =>
  `/${["models", model, ...rest].map(encodeURIComponent).join("/")}`;
