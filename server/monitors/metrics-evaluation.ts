import type { MonitorRule } from "#server/api/contract.ts";
import { evaluateSlots, ruleTarget } from "#server/metrics/evaluate-slots.ts";
import type { EvidenceCheckpoints } from "#server/metrics/evidence/evidence-checkpoints.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { referenceValues } from "#server/metrics/reference-metric.ts";
import type { EvaluationSource, ModelFacts } from "#server/monitors/evaluation-source.ts";
import { type EvidenceFamily, logLineOf } from "#server/monitors/evidence-budget.ts";
import type { EventReader } from "#server/store/event-store.ts";

export interface EvidenceParts {
  readonly family: (modelId: number) => EvidenceFamily;
  /** Only for a thread that is told of every change before it evaluates: what lies before `from` is taken as unchanged. */
  readonly checkpoints: EvidenceCheckpoints | null;
}

/** Monitors' view of the metrics, over one thread's read-only connections. */
export function createEvaluationSource(
  source: MetricsSource,
  reader: Pick<EventReader, "counts">,
  evidence: EvidenceParts,
): EvaluationSource {
  return {
    facts: (modelId) => factsOf(reader.counts(modelId)),
    evaluate: (modelId, rule, from, to) => {
      const settings =
        rule.decide === "evidence"
          ? { logLine: logLineOf(rule, evidence.family(modelId)), checkpoints: evidence.checkpoints }
          : null;
      return evaluateSlots(source, modelId, rule, { from, to }, settings);
    },
  };
}

function factsOf(counts: ReturnType<EventReader["counts"]>): ModelFacts | null {
  const known = (pick: (entry: (typeof counts)[number]) => number | null) =>
    counts.map(pick).filter((value) => value !== null);
  const [firsts, lasts, received] = [
    known((entry) => entry.firstTs),
    known((entry) => entry.lastTs),
    known((entry) => entry.lastReceivedAt),
  ];
  if (firsts.length === 0 || lasts.length === 0) return null;
  const watermark = Math.max(...lasts);
  return { firstTs: Math.min(...firsts), watermark, lastReceivedAt: Math.max(watermark, ...received) };
}

/** The rule's metric over the reference of the version in force; null where there is none, or it cannot tell. */
export function referenceValueOf(source: MetricsSource, modelId: number, rule: MonitorRule): number | null {
  const schema = source.modelById(modelId);
  // How many rows a reference has says nothing of how many a window should have.
  if (schema === null || rule.metric === "volume") return null;
  const { scope, target } = ruleTarget(source, schema, rule);
  return referenceValues(source, scope, [target]).at(-1)?.value ?? null;
}
