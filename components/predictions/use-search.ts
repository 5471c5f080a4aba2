"use client";
import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import { parseQuery, type QueryToken } from "#components/predictions/parse-query.ts";
import { predictionParsers } from "#components/predictions/prediction-params.ts";
import { type QueryField, queryFields } from "#components/predictions/query-fields.ts";
import { outcomeContext, searchConditions } from "#components/predictions/search-input.ts";
import type { PredictionSearch } from "#components/predictions/use-prediction-pages.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";

export interface SearchState {
  scope: Scope;
  query: string;
  sort: "-ts" | "ts";
  fields: readonly QueryField[];
  tokens: readonly QueryToken[];
  search: PredictionSearch;
  setQuery: (query: string) => void;
  setSort: (sort: "-ts" | "ts") => void;
}

/** What is searched for: the time bar's range and version, and the query of the address. */
export function useSearch(decisionsLogged: boolean): SearchState {
  const scope = useScope();
  const [{ q, sort }, set] = useQueryStates(predictionParsers);
  const fields = useMemo(() => queryFields(scope.detail), [scope.detail]);
  const tokens = useMemo(() => parseQuery(q, fields, scope.detail.task), [q, fields, scope.detail.task]);
  const search = useMemo(
    () => searchOf(scope, tokens, sort, decisionsLogged),
    [scope, tokens, sort, decisionsLogged],
  );
  return {
    scope,
    query: q,
    sort,
    fields,
    tokens,
    search,
    setQuery: (next) => void set({ q: next }),
    setSort: (next) => void set({ sort: next }),
  };
}

function searchOf(
  scope: Scope,
  tokens: readonly QueryToken[],
  sort: "-ts" | "ts",
  decisionsLogged: boolean,
): PredictionSearch {
  const { after, before, ...conditions } = searchConditions(
    tokens,
    outcomeContext(scope.detail, decisionsLogged),
  );
  // A range that was typed or linked is taken as it stands; a moving one in whole windows, so that pages keep.
  const exact = scope.range.kind === "absolute" ? scope.range : scope;
  const from = Math.max(exact.fromMs, after ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(exact.toMs, before ?? Number.POSITIVE_INFINITY);
  return {
    model: scope.model,
    from: new Date(from).toISOString(),
    to: new Date(Math.max(to, from)).toISOString(),
    ...(scope.version === undefined ? {} : { version: scope.version }),
    ...(scope.segment === undefined ? {} : { segment: [scope.segment] }),
    ...conditions,
    sort,
  };
}
