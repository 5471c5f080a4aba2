import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { readResolvedByHand } from "#db/queries/alerts.ts";
import {
  markLiving,
  type ProgressRow,
  readLivingModels,
  readMonitorsWithDeleted,
  readProgressOf,
  type StoredMonitor,
} from "#db/queries/monitors.ts";
import { evaluateMonitor } from "#server/alerts/evaluate-monitor.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import { type Changes, joinChanges } from "#server/alerts/pending-work.ts";
import { recordFailure } from "#server/alerts/record-failure.ts";
import { tellDue } from "#server/alerts/tell.ts";
import type { Clock } from "#server/kernel/clock.ts";
import type { EvaluationSource, ModelFacts } from "#server/monitors/evaluation-source.ts";
import { arrivedFresh, sealedUntil } from "#server/monitors/sealing.ts";

export interface EvaluatorNews {
  readonly kind: "alerts" | "monitors";
  readonly modelId: number;
}

export interface EvaluatorOptions {
  readonly db: MetaDatabase;
  readonly source: EvaluationSource;
  readonly clock: Clock;
  readonly timing: NoticeTiming;
  readonly onNews: (news: EvaluatorNews) => void;
  readonly onFailure?: (monitorId: string, error: unknown) => void;
}

export interface Evaluator {
  /** Windows of a model changed between these instants (both included), or everything about it. */
  changed(modelId: number, changes: Changes): void;
  /** Monitors were made, edited, paused, deleted, or an alert was resolved by hand. */
  monitorsChanged(): void;
  /** What the clock brings: windows that end without a row, monitors to try again, messages to repeat. */
  tick(): void;
  /** Judges one monitor of what waits; false when nothing waits. */
  step(): boolean;
  waiting(): number;
}

/** Knows which monitors have to look at what, and lets them look one at a time. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { db, source, clock, timing, onNews } = options;
  const changedModels = new Map<number, Changes>();
  const pending = new Map<string, Changes>();
  const living = readLivingModels(db);

  const add = (monitorId: string, changes: Changes) => {
    pending.set(monitorId, joinChanges(pending.get(monitorId), changes));
  };
  const noteLiving = (modelId: number) => {
    const facts = living.has(modelId) ? null : source.facts(modelId);
    if (facts === null || !arrivedFresh(facts)) return;
    const since = clock.now();
    markLiving(db, modelId, since);
    living.set(modelId, since);
  };
  const spread = () => {
    if (changedModels.size === 0) return;
    for (const modelId of changedModels.keys()) noteLiving(modelId);
    for (const monitor of readMonitorsWithDeleted(db)) {
      const changes = changedModels.get(monitor.modelId);
      if (changes !== undefined) add(monitor.id, changes);
    }
    changedModels.clear();
  };
  const judge = (monitor: StoredMonitor, changes: Changes) => {
    const now = clock.now();
    const livingSince = living.get(monitor.modelId) ?? null;
    try {
      return evaluateMonitor({ db, source, monitor, changes, livingSince, now, timing });
    } catch (error) {
      options.onFailure?.(monitor.id, error);
      const failed = recordFailure({ db, monitor, error, now, timing });
      return { alerts: failed.alerts, isNews: true };
    }
  };
  /** A database that is busy must not make a change forgotten, nor hold up the others. */
  const judgeOrKeep = (monitor: StoredMonitor, changes: Changes) => {
    try {
      return judge(monitor, changes);
    } catch (error) {
      add(monitor.id, changes);
      throw error;
    }
  };
  return {
    changed: (modelId, changes) => {
      changedModels.set(modelId, joinChanges(changedModels.get(modelId), changes));
    },
    monitorsChanged: () => {
      for (const [monitor, progress] of withProgress(db)) {
        if (isBehind(monitor, progress)) add(monitor.id, "all");
      }
      for (const monitorId of readResolvedByHand(db)) add(monitorId, []);
    },
    tick: () => {
      const now = clock.now();
      const factsOf = remember((modelId: number) => source.facts(modelId));
      for (const [monitor, progress] of withProgress(db)) {
        if (!monitor.enabled || monitor.deletedAt !== null) continue;
        if (progress !== null && progress.failures > 0) add(monitor.id, "all");
        else if (
          living.has(monitor.modelId) &&
          isDueByClock(factsOf(monitor.modelId), monitor, progress, now)
        ) {
          add(monitor.id, []);
        }
      }
      inTransaction(db, () => tellDue({ db, now, timing }));
    },
    step: () => {
      spread();
      const [next] = pending;
      if (next === undefined) return false;
      const [monitorId, changes] = next;
      const [monitor] = readMonitorsWithDeleted(db, [monitorId]);
      pending.delete(monitorId);
      if (monitor === undefined) return true;
      const { alerts, isNews } = judgeOrKeep(monitor, changes);
      if (alerts > 0) onNews({ kind: "alerts", modelId: monitor.modelId });
      if (isNews) onNews({ kind: "monitors", modelId: monitor.modelId });
      return true;
    },
    waiting: () => pending.size + changedModels.size,
  };
}

function withProgress(db: MetaDatabase): [StoredMonitor, ProgressRow | null][] {
  const monitors = readMonitorsWithDeleted(db);
  const progress = readProgressOf(
    db,
    monitors.map((monitor) => monitor.id),
  );
  return monitors.map((monitor) => [monitor, progress.get(monitor.id) ?? null]);
}

/** The stored progress is of another rule, or of another life: paused, resumed, deleted. */
function isBehind(monitor: StoredMonitor, progress: ProgressRow | null): boolean {
  const rests = !monitor.enabled || monitor.deletedAt !== null;
  if (rests) return progress !== null && progress.state !== "paused";
  return progress === null || progress.ruleVersion !== monitor.ruleVersion || progress.state === "paused";
}

function isDueByClock(
  facts: ModelFacts | null,
  monitor: StoredMonitor,
  progress: ProgressRow | null,
  now: number,
): boolean {
  if (facts === null) return false;
  return sealedUntil(monitor.rule, facts, true, now) > (progress?.sealedUntil ?? Number.NEGATIVE_INFINITY);
}

function remember<Key, Value>(read: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.has(key) ? known.get(key) : undefined;
    if (value !== undefined) return value;
    const fresh = read(key);
    known.set(key, fresh);
    return fresh;
  };
}
