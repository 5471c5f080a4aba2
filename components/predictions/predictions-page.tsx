"use client";
import { useQueryStates } from "nuqs";
import { useRef, useState } from "react";
import { ColumnMenu } from "#components/predictions/column-menu.tsx";
import { addToken, removeToken } from "#components/predictions/edit-query.ts";
import { exportHref } from "#components/predictions/export-link.ts";
import { FilterPanel } from "#components/predictions/filter-panel.tsx";
import { chosenColumns } from "#components/predictions/prediction-columns.tsx";
import { PredictionDrawer } from "#components/predictions/prediction-drawer.tsx";
import { predictionParsers } from "#components/predictions/prediction-params.ts";
import { PredictionTable } from "#components/predictions/prediction-table.tsx";
import { QueryBar } from "#components/predictions/query-bar.tsx";
import { RowsByWindow } from "#components/predictions/rows-by-window.tsx";
import { pagerText, progressOf, searchSentence } from "#components/predictions/search-words.ts";
import {
  NEWER_MAX,
  rowKey,
  useNewer,
  usePredictionPages,
} from "#components/predictions/use-prediction-pages.ts";
import { type SearchState, useSearch } from "#components/predictions/use-search.ts";
import { modelPath } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { useNow } from "#components/shell/use-now.ts";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { Answer } from "#components/ui/panel.tsx";
import type { PredictionRow, PredictionsAnswer } from "#server/api/contract.ts";
import "#components/ui/held-pill.css";
import "./predictions.css";

export function PredictionsPage() {
  const [decisionsLogged, setDecisionsLogged] = useState(true);
  const state = useSearch(decisionsLogged);
  const pages = usePredictionPages(state.search);
  const rows = pages.data?.flatMap((page) => page.rows) ?? [];
  // Whether rows bring decisions of their own is known only from rows; `outcome:` is asked for accordingly.
  const logged = rows.length === 0 || rows.some((row) => row.output.value != null);
  if (logged !== decisionsLogged && state.scope.detail.task === "binary") setDecisionsLogged(logged);
  return (
    <>
      <TimeBar />
      <div className="wrap">
        <Heading state={state} pages={pages.data} />
        <ScopeNotice />
        <Browser state={state} pages={pages} rows={rows} />
      </div>
    </>
  );
}

function Heading({ state, pages }: { state: SearchState; pages: PredictionsAnswer[] | undefined }) {
  const filtered = state.tokens.length > 0 || state.scope.segment !== undefined;
  return (
    <Answer
      say={pages ? searchSentence(progressOf(pages), filtered) : "Searching…"}
      more="Rows are shown as they were logged, with their label where it has come."
    />
  );
}

type Pages = ReturnType<typeof usePredictionPages>;

function Browser({ state, pages, rows }: { state: SearchState; pages: Pages; rows: PredictionRow[] }) {
  const [{ cols, row: open }, set] = useQueryStates(predictionParsers);
  const [filtering, setFiltering] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const model = state.scope.detail;
  const openAt = rows.findIndex((row) => keyInUrl(row) === open);
  const show = (row: PredictionRow | undefined) => row && void set({ row: keyInUrl(row) });
  const close = () => {
    void set({ row: null });
    focusRow(body.current, rows[openAt]);
  };
  const step = (by: 1 | -1) => {
    const next = rows[openAt + by];
    if (by === 1 && openAt === rows.length - 2 && pages.hasNextPage) void pages.fetchNextPage();
    show(next);
  };
  const [older, newer] = [() => open !== null && step(1), () => open !== null && step(-1)];
  const closeOpen = () => open !== null && close();
  useHotkeys({
    "/": () => input.current?.focus(),
    j: () => moveFocus(body.current, 1),
    k: () => moveFocus(body.current, -1),
    J: older,
    K: newer,
    f: () => setFiltering(true),
    Escape: closeOpen,
  });
  return (
    <>
      <search className="querybar">
        <QueryBar
          query={state.query}
          tokens={state.tokens}
          fields={state.fields}
          task={model.task}
          onChange={state.setQuery}
          inputRef={input}
        />
        <button type="button" className="ctl tall" onClick={() => setFiltering(true)}>
          Filters
        </button>
        <ColumnMenu model={model} chosen={cols} onChange={(ids) => void set({ cols: ids })} />
        <ExportMenu state={state} />
      </search>
      <FilterPanel
        open={filtering}
        onClose={() => setFiltering(false)}
        fields={state.fields}
        tokens={state.tokens}
        task={model.task}
        onChange={state.setQuery}
      />
      <div className={open === null ? "browser" : "browser with-drawer"}>
        <section className="panel" aria-label="Predictions" aria-busy={pages.isFetching || undefined}>
          {pages.isFetching ? <span className="progress" /> : null}
          <RowsByWindow scope={state.scope} />
          <NewerPill state={state} pages={pages} rows={rows} />
          <Rows
            state={state}
            pages={pages}
            table={
              <PredictionTable
                label={`Predictions, ${state.sort === "-ts" ? "newest" : "oldest"} first`}
                rows={rows}
                columns={chosenColumns(model, cols)}
                selected={openAt < 0 ? "" : rowKey(rows[openAt] as PredictionRow)} // found above
                bodyRef={body}
                sort={{
                  newest: state.sort === "-ts",
                  onChange: () => state.setSort(state.sort === "-ts" ? "ts" : "-ts"),
                }}
                linkOf={(row) => ({
                  href: modelPath(model.model, "predictions", row.prediction_id),
                  onOpen: () => show(row),
                })}
              />
            }
          />
        </section>
        {open === null ? null : (
          <PredictionDrawer
            open={readKey(open)}
            known={rows[openAt] ?? null}
            model={model}
            fields={state.fields}
            onClose={close}
            onStep={step}
            canStep={{ newer: openAt > 0, older: openAt >= 0 && openAt < rows.length - 1 }}
            onFilter={(words) => state.setQuery(words.reduce(addToken, state.query))}
          />
        )}
      </div>
    </>
  );
}

/** `v2:20130922-UA246`: ids may hold colons, versions come first. */
function keyInUrl(row: PredictionRow): string {
  return `${encodeURIComponent(row.version)}:${row.prediction_id}`;
}
function readKey(text: string): { id: string; version: string | null } {
  const at = text.indexOf(":");
  if (at < 0) return { id: text, version: null };
  return { id: text.slice(at + 1), version: decodeURIComponent(text.slice(0, at)) };
}

function links(body: HTMLElement | null): HTMLElement[] {
  return [...(body?.querySelectorAll<HTMLElement>("a[data-row]") ?? [])];
}
function moveFocus(body: HTMLElement | null, by: number): void {
  const all = links(body);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const from =
    at >= 0 ? at : all.findIndex((link) => link.closest("tr")?.getAttribute("aria-selected") === "true");
  const next = all[from < 0 ? 0 : Math.max(0, Math.min(all.length - 1, from + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
function focusRow(body: HTMLElement | null, row: PredictionRow | undefined): void {
  const key = row ? rowKey(row) : null;
  links(body)
    .find((link) => link.getAttribute("data-row") === key)
    ?.focus();
}

function NewerPill({ state, pages, rows }: { state: SearchState; pages: Pages; rows: PredictionRow[] }) {
  const first = pages.data ? rows.slice(0, NEWER_MAX) : undefined;
  const newer = useNewer(state.search, first);
  return (
    <div className="held" role="status">
      {newer > 0 && !pages.isFetching ? (
        <button type="button" className="chip" onClick={() => void pages.refetch()}>
          {newer >= NEWER_MAX ? `${NEWER_MAX} or more` : newer} new · Show
        </button>
      ) : null}
    </div>
  );
}

function Rows({ state, pages, table }: { state: SearchState; pages: Pages; table: React.ReactNode }) {
  const nowMs = useNow();
  if (pages.isError && !pages.data)
    return <ErrorBlock what="predictions" problem={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <Skeleton height={480} />;
  const progress = progressOf(pages.data);
  if (progress.found === 0 && progress.complete) return <NoRows state={state} inRange={progress.inRange} />;
  return (
    <>
      {progress.found > 0 ? table : null}
      <p className="pager">
        <span role="status">{pagerText(progress, state.sort === "-ts", state.scope.zone, nowMs)}</span>
        <span className="end">
          {pages.isFetchNextPageError ? <span className="field-error">{pages.error?.detail}</span> : null}
          {pages.hasNextPage ? (
            <button
              type="button"
              className="more"
              aria-busy={pages.isFetchingNextPage}
              onClick={() => !pages.isFetchingNextPage && void pages.fetchNextPage()}
            >
              {pages.isFetchingNextPage ? "Loading…" : progress.partial ? "Go on searching" : "Load more"}
            </button>
          ) : null}
        </span>
      </p>
    </>
  );
}

/** Nothing found is no dead end: each word can be taken out again. */
function NoRows({ state, inRange }: { state: SearchState; inRange: number }) {
  if (inRange === 0 && state.tokens.length === 0)
    return (
      <Empty
        icon="nodata"
        title="No predictions in this range."
        action={
          state.scope.detail.predictions === 0 ? (
            <LinkButton href="/models/new">How to send predictions</LinkButton>
          ) : undefined
        }
      >
        <p>
          {state.scope.detail.predictions === 0
            ? "Nothing was ever logged for this model."
            : "Choose a longer range, another version or segment."}
        </p>
      </Empty>
    );
  return (
    <Empty icon="search" title="No prediction matches.">
      <p>Take a word out of the search to see more:</p>
      <p className="acts2">
        {state.tokens.map((token, index) => (
          <Button
            key={`${token.start} ${token.text}`}
            small
            icon="close"
            onClick={() => state.setQuery(removeToken(state.query, index))}
          >
            {token.text}
          </Button>
        ))}
      </p>
    </Empty>
  );
}

function ExportMenu({ state }: { state: SearchState }) {
  return (
    <Menu button="Export" label="Export" buttonClass="ctl tall">
      {(close) => (
        <>
          <p className="cap" role="presentation">
            All that match, every column
          </p>
          {/* Plain links: the router would fetch a file as if it were a page. */}
          <a role="menuitem" href={exportHref(state.search, "csv")} download onClick={close}>
            CSV
          </a>
          <a role="menuitem" href={exportHref(state.search, "ndjson")} download onClick={close}>
            NDJSON
          </a>
        </>
      )}
    </Menu>
  );
}
