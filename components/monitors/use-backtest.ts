"use client";
import { useEffect, useMemo, useState } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { type BacktestView, backtestView, type History } from "#components/monitors/backtest-model.ts";
import type { MonitorValues } from "#components/monitors/monitor-values.ts";
import { ruleOf } from "#components/monitors/monitor-values.ts";
import type { MonitorRule } from "#server/api/contract.ts";

/**
 * The history of what a rule watches. Limit and timers are no part of the question: they are replayed here. Evidence is
 * of one limit, so a rule that decides by it is asked for anew when a limit has been settled on.
 */
export function useHistory(values: MonitorValues) {
  const { model, metric, feature, segment, version, window, op, decide } = values;
  const limit = useSettled(values.limit, SETTLE_MS);
  const isEvidence = decide === "evidence" && Number.isFinite(limit);
  const asked = isEvidence
    ? { op, limit, decide }
    : { op: "above" as const, limit: 0, decide: "window" as const };
  const query = useAsk(
    "monitors.backtest",
    { model, metric, feature, segment, version, window, ...asked, minN: 1 },
    { staleMs: Number.POSITIVE_INFINITY, keep: isEvidence },
  );
  const answer = query.data;
  const history = useMemo<History | null>(
    () => (answer ? { slots: answer.slots, from: Date.parse(answer.from), to: Date.parse(answer.to) } : null),
    [answer],
  );
  // Until the server has gathered evidence for this very rule, what is shown is of another one.
  const isStale = query.isPlaceholderData || (decide === "evidence" && !Object.is(limit, values.limit));
  return { query, history, reference: answer?.reference ?? null, isStale };
}

const SETTLE_MS = 400;

/** A value once it has rested: a limit that is being dragged asks for nothing. */
function useSettled(value: number, restMs: number): number {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return settled;
}

/** Replays the history under a rule; a limit that is being typed and is no number replays nothing. */
export function useBacktestView(
  history: History | null,
  values: MonitorValues,
): { view: BacktestView; rule: MonitorRule } | null {
  const rule = ruleOf(values);
  const key = JSON.stringify(rule);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rule is its own key
  return useMemo(
    () =>
      history && Number.isFinite(rule.limit) && Number.isFinite(rule.minN)
        ? { view: backtestView(history, rule), rule }
        : null,
    [history, key],
  );
}
