import type { RunState } from "#server/metrics/evidence/evidence-run.ts";

/** Where a rule's runs stood after a window, by version. */
export interface EvidenceCheckpoint {
  readonly start: number;
  readonly count: number;
  readonly runs: ReadonlyMap<string, RunState>;
}

/** Remembers where runs stood, so that a new window or a late label costs the windows after it and not all of them. */
export interface EvidenceCheckpoints {
  /** The latest one before `start`; later ones are forgotten, for what they rest on has changed. */
  before(key: string, start: number): EvidenceCheckpoint | null;
  keep(key: string, start: number, runs: ReadonlyMap<string, RunState>): void;
}

const EVERY_WINDOWS = 8;
const KEYS_MAX = 2_000;

/** In one thread's memory, about three a doubling of their age. */
export function createEvidenceCheckpoints(): EvidenceCheckpoints {
  const kept = new Map<string, EvidenceCheckpoint[]>();
  const counts = new Map<string, number>();
  return {
    before: (key, start) => {
      const earlier = (kept.get(key) ?? []).filter((checkpoint) => checkpoint.start < start);
      const latest = earlier.at(-1) ?? null;
      counts.set(key, latest?.count ?? 0);
      if (kept.size >= KEYS_MAX && !kept.has(key)) kept.clear();
      kept.set(key, earlier);
      return latest;
    },
    keep: (key, start, runs) => {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count % EVERY_WINDOWS !== 0) return;
      const checkpoints = kept.get(key) ?? [];
      checkpoints.push({ start, count, runs: structuredClone(runs) });
      kept.set(
        key,
        checkpoints.filter(({ count: at }) => isWorthKeeping(at / EVERY_WINDOWS, count / EVERY_WINDOWS)),
      );
    },
  };
}

function isWorthKeeping(place: number, latest: number): boolean {
  const level = 31 - Math.clz32(latest - place + 1);
  return place % Math.max(1, Math.floor(2 ** level / 3)) === 0;
}
