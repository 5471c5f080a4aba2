import type { ReferenceProfile } from "#server/metrics/compute-metric.ts";
import { type Dependence, dependenceOf } from "#server/metrics/evidence/dependence.ts";
import { evidenceCells } from "#server/metrics/evidence/evidence-cells.ts";
import { evidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { referenceProfile } from "#server/metrics/read-parts.ts";
import type { ReferenceSample } from "#server/references/reference-sample.ts";
import { sampleWindows } from "#server/references/sample-windows.ts";
import type { Layout } from "#server/windows/layout.ts";

/** How rows depended on one another in the reference, and how many of its rows lay in one window. */
export interface ReferenceDependence {
  readonly dependence: Dependence;
  readonly batchRows: number;
}

export interface DependenceQuestion {
  readonly metric: string;
  readonly feature: string | null;
  readonly test: EvidenceTest;
  readonly widthMs: number;
}

/** Null where the reference has no times, no sample, or too few windows to tell. */
export function referenceDependence(
  source: MetricsSource,
  modelId: number,
  version: string,
  question: DependenceQuestion,
): ReferenceDependence | null {
  const kept = source.referenceSample(modelId, version);
  const layout = source.layout(modelId, version);
  const reference = referenceProfile(source, modelId, version, null);
  if (kept === null || layout === null || reference === null || !hasTimes(kept.sample)) return null;
  const answers = known.get(kept.sample) ?? new Map<string, ReferenceDependence | null>();
  known.set(kept.sample, answers);
  const key = JSON.stringify([question, layout.generation]);
  const answer = answers.get(key);
  if (answer !== undefined) return answer;
  const told = tell(kept.sample, layout, reference, question);
  answers.set(key, told);
  return told;
}

/** A sample never changes, and reading it takes longer than a window. */
const known = new WeakMap<ReferenceSample, Map<string, ReferenceDependence | null>>();

function tell(
  sample: ReferenceSample,
  layout: Layout,
  reference: ReferenceProfile,
  { metric, feature, test, widthMs }: DependenceQuestion,
): ReferenceDependence | null {
  const windows = sampleWindows(sample, layout, widthMs, feature === "@output" ? null : feature);
  const cells = windows.flatMap(({ start, summary }) => {
    const input = evidenceInput({ metric, feature, layout, summary, reference }, test, String(start));
    return input === null ? [] : [evidenceCells(input, test)];
  });
  const dependence = dependenceOf(cells);
  return dependence === null ? null : { dependence, batchRows: sample.ofRows / windows.length };
}

function hasTimes({ ts }: ReferenceSample): boolean {
  return ts.some((time) => time !== ts[0]);
}
