import type { z } from "zod";
import { inTransaction } from "#db/open-meta.ts";
import { readMonitors } from "#db/queries/monitors.ts";
import type { Monitor, MonitorRule } from "#server/api/contract.ts";
import type { RecommendedMonitor, RecommendedMonitors, WatchInput } from "#server/api/contracts/budget.ts";
import {
  createMonitor,
  defaultName,
  findModel,
  type MonitorChangeArgs,
  type MonitorServiceArgs,
} from "#server/monitors/manage-monitors.ts";
import { type Baseline, type Recommendation, recommendMonitors } from "#server/monitors/recommend.ts";

/** What the reading thread tells of a model's reference; plain data. */
export interface BaselineFacts {
  readonly hasReference: boolean;
  readonly baselines: readonly { metric: string; feature: string | null; baseline: Baseline }[];
}

type RecommendedArgs = MonitorServiceArgs<{
  model: string;
  window?: MonitorRule["window"] | undefined;
  channels?: readonly string[];
}> & {
  readonly facts: BaselineFacts;
};

/** The first set for a model, and which of it is there already. */
export function recommendedMonitors(args: RecommendedArgs): RecommendedMonitors {
  const { input } = args;
  return {
    model: input.model,
    monitors: recommendations(args).map(({ draft, because, isThere }): RecommendedMonitor => {
      const { model: _model, channels: _channels, enabled: _enabled, runbook: _runbook, ...rule } = draft;
      return { ...rule, name: draft.name ?? defaultName(draft), because, isThere };
    }),
  };
}

/** Makes those of the first set that are not there yet; all of them or, when one is refused, none. */
export function watchRecommended(
  args: MonitorChangeArgs<z.infer<typeof WatchInput>> & { readonly facts: BaselineFacts },
): Monitor[] {
  return inTransaction(args.db, () =>
    recommendations(args)
      .filter(({ isThere }) => !isThere)
      .map(({ draft }) => createMonitor({ ...args, input: draft })),
  );
}

function recommendations({
  db,
  models,
  input,
  facts,
}: RecommendedArgs): (Recommendation & { readonly isThere: boolean })[] {
  const model = findModel(models, input.model);
  const known = new Map(
    facts.baselines.map(({ metric, feature, baseline }) => [targetKey({ metric, feature }), baseline]),
  );
  const there = new Set(
    readMonitors(db, model.modelId).flatMap(({ rule }) =>
      rule.decide === "evidence" && rule.segment === null && rule.version === null ? [targetKey(rule)] : [],
    ),
  );
  return recommendMonitors({
    model,
    ...(input.window === undefined ? {} : { window: input.window }),
    ...(input.channels === undefined ? {} : { channels: input.channels }),
    hasReference: facts.hasReference,
    baseline: (target) => known.get(targetKey(target)) ?? null,
  }).map((recommendation) => ({
    ...recommendation,
    isThere: there.has(targetKey(recommendation.draft)),
  }));
}

function targetKey({ metric, feature }: { metric: string; feature: string | null }): string {
  return JSON.stringify([metric, feature]);
}
