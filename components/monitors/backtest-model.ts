import { WINDOW_MS } from "#components/shell/time-range.ts";
import { type Episode, type Replay, replay } from "#server/alerts/replay.ts";
import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";

/** One alert that the rule would have raised, as the chart and the list show it. */
export interface FiredEpisode {
  readonly onset: number;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly lengthMs: number;
  readonly windows: number;
  readonly peak: number | null;
  readonly n: number;
}

export interface BacktestView {
  readonly fires: readonly FiredEpisode[];
  readonly silences: number;
  readonly openMs: number;
  readonly openShare: number;
  /** The last alert has not cleared by the end of the history. */
  readonly openNow: boolean;
  readonly singleWindow: number;
  readonly judged: number;
  readonly breaching: number;
  readonly lowN: number;
  readonly noData: number;
  readonly spanMs: number;
}

export interface History {
  readonly slots: readonly BacktestSlot[];
  readonly from: number;
  readonly to: number;
}

/** Fewer windows than this show a bad limit but cannot promise a quiet one. */
export const WINDOWS_TO_JUDGE = 14;

function fired(episode: Episode, endMs: number): FiredEpisode {
  return {
    onset: episode.onset,
    openedAt: episode.openedAt,
    closedAt: episode.closedAt,
    lengthMs: Math.max(0, (episode.closedAt ?? endMs) - episode.openedAt),
    windows: episode.windows,
    peak: episode.peak?.value ?? null,
    n: episode.n,
  };
}

function count(run: Replay, observation: string): number {
  return run.trace.filter((entry) => entry.observation === observation).length;
}

/** Replays the history under a rule with the evaluator's own reducer. */
export function backtestView(history: History, rule: MonitorRule): BacktestView {
  const windowMs = WINDOW_MS[rule.window];
  const run = replay({ rule, slots: history.slots, sealedUntil: history.to });
  const fires = run.episodes
    .filter((episode) => episode.kind === "breach")
    .map((episode) => fired(episode, history.to));
  const openMs = fires.reduce((sum, episode) => sum + episode.lengthMs, 0);
  const first = run.trace[0]?.at;
  const spanMs = first === undefined ? 0 : Math.max(0, history.to - first + windowMs);
  const [breaching, band, clear] = [count(run, "breach"), count(run, "band"), count(run, "clear")];
  return {
    fires,
    silences: run.episodes.filter((episode) => episode.kind === "no-data").length,
    openMs,
    openShare: spanMs > 0 ? openMs / spanMs : 0,
    openNow: fires.some((episode) => episode.closedAt === null),
    singleWindow: fires.filter((episode) => episode.closedAt !== null && episode.windows <= 1).length,
    judged: breaching + band + clear,
    breaching,
    lowN: count(run, "not-enough-data"),
    noData: count(run, "no-data") + count(run, "missing"),
    spanMs,
  };
}

export interface TradeOffPoint {
  readonly limit: number;
  readonly fires: number;
  readonly openShare: number;
}

/** How often each limit would have fired: the price of a stricter one, on the slider's own axis. */
export function tradeOff(history: History, rule: MonitorRule, limits: readonly number[]): TradeOffPoint[] {
  return limits.map((limit) => {
    // The clear level keeps its distance to the limit, else moving the limit alone would cross it.
    const clear = rule.clear === null ? null : rule.clear + (limit - rule.limit);
    const view = backtestView(history, { ...rule, limit, clear });
    return { limit, fires: view.fires.length, openShare: view.openShare };
  });
}
