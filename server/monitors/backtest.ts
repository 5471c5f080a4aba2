import type { z } from "zod";
import { backtestEpisodes, replay } from "#server/alerts/replay.ts";
import { type BacktestAnswer, type BacktestInput, MonitorRule } from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { formatInstant, parseInstant } from "#server/kernel/instant.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import type { EvaluationSource } from "#server/monitors/evaluation-source.ts";
import { findModel } from "#server/monitors/manage-monitors.ts";
import { arrivedFresh, sealedUntil } from "#server/monitors/sealing.ts";
import { validateRule } from "#server/monitors/validate-rule.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";
import { windowStart } from "#server/windows/levels.ts";

const DAY_MS = 24 * 3_600_000;
const SPAN_DEFAULT_MS = 90 * DAY_MS;
/** Weekly windows want more than 90 days before they say anything about noise. */
const WINDOWS_DEFAULT = 60;
/** More windows than that take longer to send than to judge. */
const SLOTS_MAX = 10_000;

export interface BacktestArgs {
  readonly clock: Clock;
  readonly models: Pick<ModelRegistry, "find">;
  readonly source: EvaluationSource;
  /** The reference's value of the metric, where it has one. */
  readonly referenceValue?: (modelId: number, rule: MonitorRule) => number | null;
  readonly input: z.infer<typeof BacktestInput>;
}

/** What the rule would have done on the stored windows, by the reducer that runs live. */
export function backtest({ clock, models, source, referenceValue, input }: BacktestArgs): BacktestAnswer {
  const model = findModel(models, input.model);
  const rule = MonitorRule.parse(input);
  validateRule(rule, model);
  const widthMs = windowWidthMs(rule);
  const now = clock.now();
  const facts = source.facts(model.modelId);
  const sealed =
    facts === null ? windowStart(now, widthMs) : sealedUntil(rule, facts, arrivedFresh(facts), now);
  const asked = input.to === undefined ? sealed : windowStart(parseInstant(input.to, "to"), widthMs);
  const to = Math.min(asked, sealed);
  const from = Math.max(
    input.from === undefined
      ? to - Math.max(SPAN_DEFAULT_MS, WINDOWS_DEFAULT * widthMs)
      : windowStart(parseInstant(input.from, "from"), widthMs),
    to - SLOTS_MAX * widthMs,
  );
  const slots = facts === null || from >= to ? [] : source.evaluate(model.modelId, rule, from, to);
  const replayed = replay({ rule, slots, sealedUntil: to });
  return {
    from: formatInstant(Math.min(from, to)),
    to: formatInstant(to),
    slots,
    episodes: backtestEpisodes(replayed.episodes),
    lowN: replayed.trace.filter((entry) => entry.observation === "not-enough-data").length,
    noData: silentWindows(
      slots.map((slot) => Date.parse(slot.at)),
      to,
      widthMs,
    ),
    reference: referenceValue?.(model.modelId, rule) ?? null,
  };
}

/** Windows without a row from the first that has one. */
function silentWindows(slots: readonly number[], to: number, widthMs: number): number {
  const [first] = slots;
  return first === undefined ? 0 : Math.round((to - first) / widthMs) + 1 - slots.length;
}
