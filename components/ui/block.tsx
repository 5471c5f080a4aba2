"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ApiProblem } from "#components/api/client.ts";
import { Button } from "#components/ui/button.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";

/** A skeleton of the final size, which shows itself only after 200 ms. */
export function Skeleton({ height }: { height: number | string }) {
  return (
    <>
      <div className="skeleton" style={{ minHeight: height }} aria-hidden="true" />
      <span className="sr" role="status">
        Loading
      </span>
    </>
  );
}

/** A page before its first answer: the sentence, the tiles and the first row of panels, as outlines. */
export function PageSkeleton() {
  return (
    <div className="page-skeleton">
      <div aria-hidden="true">
        <div className="answer">
          <div className="skeleton-line" />
          <div className="skeleton-line short" />
        </div>
        <div className="tiles" />
        <div className="grid">
          <div className="panel c8" />
          <div className="panel c4" />
          <div className="panel c12" />
        </div>
      </div>
      <span className="sr" role="status">
        Loading
      </span>
    </div>
  );
}

export interface EmptyProps {
  title: string;
  children?: ReactNode;
  icon?: IconName;
  action?: ReactNode;
}
/** Names the cause and the next action; no state is a dead end. */
export function Empty({ title, children, icon = "info", action }: EmptyProps) {
  return (
    <div className="blockstate">
      <p className="head">
        <Icon name={icon} />
        {title}
      </p>
      {children ? <div>{children}</div> : null}
      {action}
    </div>
  );
}

export function ErrorBlock({
  what,
  problem,
  onRetry,
}: {
  what: string;
  problem: ApiProblem;
  onRetry?: () => void;
}) {
  return (
    <div className="blockstate" role="alert">
      <p className="head">
        <Icon name="fail" />
        Could not load {what}.
      </p>
      <p>{problem.detail}</p>
      {onRetry ? (
        <Button small onClick={onRetry}>
          Retry
        </Button>
      ) : null}
      {problem.requestId ? <p className="ref">Request {problem.requestId}</p> : null}
    </div>
  );
}

export interface LoadedProps<T> {
  query: UseQueryResult<T, ApiProblem>;
  /** What is being loaded, as in “Could not load {what}.” */
  what: string;
  /** Height of the finished block, so that nothing moves; `page` for a whole page. */
  height?: number | "page";
  children: (data: T) => ReactNode;
}

/** Loading, error or data of one question. Once there is data it stays, also while asking again and after a failure. */
export function Loaded<T>({ query, what, height = 120, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError)
    return <ErrorBlock what={what} problem={query.error} onRetry={() => void query.refetch()} />;
  return height === "page" ? <PageSkeleton /> : <Skeleton height={height} />;
}
