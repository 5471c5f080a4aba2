import type { ChampionInterval } from "#server/models/model-registry.ts";

export type Stage = "registered" | "challenger" | "champion" | "retired";

/** One change of a version's stage; `at` in milliseconds since 1970. */
export interface StageChange {
  readonly version: string;
  readonly stage: Stage;
  readonly at: number;
}

export interface StageNow {
  readonly stage: Stage;
  readonly since: number;
}

/** What every version is after the changes, in their order: a new champion retires the one before it. */
export function stagesAfter(changes: readonly StageChange[]): Map<string, StageNow> {
  const stages = new Map<string, StageNow>();
  let champion: string | null = null;
  for (const { version, stage, at } of changes) {
    if (stage === "champion" && champion !== null && champion !== version) {
      stages.set(champion, { stage: "retired", since: at });
    }
    if (stage === "champion") champion = version;
    else if (version === champion) champion = null;
    if (stages.get(version)?.stage !== stage) stages.set(version, { stage, since: at });
  }
  return stages;
}

/** The champion of each instant; empty intervals are left out, gaps mean that nobody was. */
export function championIntervals(changes: readonly StageChange[]): ChampionInterval[] {
  const turns: { version: string | null; from: number }[] = [];
  for (const { version, stage, at } of changes) {
    const current = turns.at(-1)?.version ?? null;
    if (stage === "champion" && current !== version) turns.push({ version, from: at });
    if (stage !== "champion" && current === version) turns.push({ version: null, from: at });
  }
  return turns.flatMap(({ version, from }, index) => {
    const to = turns[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return version === null || from >= to ? [] : [{ version, from, to }];
  });
}
