import type { RunState } from "#server/metrics/evidence/evidence-run.ts";
import { staysWhenThinned } from "#server/stats/sequential/thinning.ts";

/** Where a rule's runs stood after a window, by version. */
export interface EvidenceCheckpoint {
  readonly start: number;
  readonly count: number;
  readonly runs: ReadonlyMap<string, RunState>;
}

export interface EvidenceSubject {
  /** What is watched. */
  readonly rule: string;
  /** Everything that its evidence rests on beside the windows: with another one nothing kept is of use. */
  readonly ground: string;
}

/** Remembers where runs stood, so that a new window or a late label costs the windows after it and not all of them. */
export interface EvidenceCheckpoints {
  /** The latest one before `start`; later ones are forgotten, for what they rest on has changed. */
  before(subject: EvidenceSubject, start: number): EvidenceCheckpoint | null;
  keep(subject: EvidenceSubject, start: number, runs: ReadonlyMap<string, RunState>): void;
}

const EVERY_WINDOWS = 8;
const PER_DOUBLING = 4;
const RULES_MAX = 2_000;

interface Kept {
  readonly ground: string;
  readonly checkpoints: readonly EvidenceCheckpoint[];
  /** Windows taken so far. */
  readonly count: number;
}

/** In one thread's memory: for each rule a few dozen, however long its history. */
export function createEvidenceCheckpoints(): EvidenceCheckpoints {
  const kept = new Map<string, Kept>();
  return {
    before: ({ rule, ground }, start) => {
      const known = kept.get(rule);
      const usable = known?.ground === ground ? known.checkpoints : [];
      const checkpoints = usable.filter((checkpoint) => checkpoint.start < start);
      const latest = checkpoints.at(-1) ?? null;
      if (known === undefined && kept.size >= RULES_MAX) kept.clear();
      kept.set(rule, { ground, checkpoints, count: latest?.count ?? 0 });
      return latest;
    },
    keep: ({ rule, ground }, start, runs) => {
      const known = kept.get(rule);
      const count = (known?.count ?? 0) + 1;
      const before = known?.checkpoints ?? [];
      const checkpoints =
        count % EVERY_WINDOWS === 0
          ? thinned([...before, { start, count, runs: structuredClone(runs) }], count)
          : before;
      kept.set(rule, { ground, checkpoints, count });
    },
  };
}

function thinned(checkpoints: readonly EvidenceCheckpoint[], latest: number): EvidenceCheckpoint[] {
  return checkpoints.filter(({ count }) =>
    staysWhenThinned(count / EVERY_WINDOWS, (latest - count) / EVERY_WINDOWS + 1, PER_DOUBLING),
  );
}
