import type { MonitorRule, SlotEvidence } from "#server/api/contract.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import type { EvidenceSubject } from "#server/metrics/evidence/evidence-checkpoints.ts";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import { createEvidenceRun, type EvidenceRun, type RunState } from "#server/metrics/evidence/evidence-run.ts";
import type { EvidenceSettings } from "#server/metrics/evidence/evidence-settings.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { referenceDependence } from "#server/metrics/evidence/reference-dependence.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { MeasuredPoint } from "#server/metrics/query-metrics.ts";
import type { ModelSchema } from "#server/models/schema.ts";

export interface GatherArgs {
  readonly source: MetricsSource;
  readonly schema: ModelSchema;
  readonly rule: Pick<MonitorRule, "metric" | "feature" | "segment" | "version" | "window" | "op" | "limit">;
  readonly test: EvidenceTest;
  readonly widthMs: number;
  readonly settings: EvidenceSettings;
  /** Start of the model's first window, and of the first that is asked for. */
  readonly first: number;
  readonly from: number;
  /** The windows from a start on, oldest first. */
  readonly measureFrom: (start: number) => MeasuredPoint[];
}

export interface GatheredSlot {
  readonly measured: MeasuredPoint;
  readonly evidence: SlotEvidence | null;
}

const DAY_MS = 86_400_000;
const MEMORY_DAYS = 3;
const MEMORY_WINDOWS_MIN = 3;

/**
 * Takes the windows in order of event time through a run of their version. Evidence is of all windows before, so it is
 * gathered from the first row on, or from where the last evaluation stood.
 */
export function gatherEvidence(args: GatherArgs): GatheredSlot[] {
  const { settings, first, from, widthMs } = args;
  const subject = subjectOf(args);
  const known = settings.checkpoints?.before(subject, from) ?? null;
  const runs = new Map<string, RunState>(known === null ? [] : structuredClone(known.runs));
  const begin = known === null ? Math.min(first, from) : known.start + widthMs;
  const runOf = createRuns(args);
  const slots: GatheredSlot[] = [];
  for (const measured of args.measureFrom(begin)) {
    const evidence = stepped(args, runOf, runs, measured);
    settings.checkpoints?.keep(subject, measured.start, runs);
    if (measured.start >= from) slots.push({ measured, evidence });
  }
  return slots;
}

/** Labels that are still on their way say nothing yet: the window is taken when they are there. */
function stepped(
  { settings }: GatherArgs,
  runOf: (version: string, input: EvidenceInput) => EvidenceRun,
  runs: Map<string, RunState>,
  { point, start, input }: MeasuredPoint,
): SlotEvidence | null {
  if (input === null || point.status === "IMMATURE" || point.status === "PARTIAL") return null;
  const version = point.version ?? "";
  const run = runOf(version, input);
  const state = runs.get(version) ?? run.start();
  runs.set(version, state);
  const verdict = run.step(state, start, input);
  return {
    log10: rounded(verdict.logEvidence / Math.LN10),
    line: rounded(settings.logLine / Math.LN10),
    onset: formatInstantOrNull(verdict.onset),
    route: verdict.route,
    holds: verdict.holds,
  };
}

/** Stored as text and compared with what is stored: more digits than these mean nothing. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

function createRuns({ source, schema, rule, test, widthMs, settings }: GatherArgs) {
  const runs = new Map<string, EvidenceRun>();
  const memoryWindows = Math.max(MEMORY_WINDOWS_MIN, Math.round((MEMORY_DAYS * DAY_MS) / widthMs));
  return (version: string, input: EvidenceInput): EvidenceRun => {
    const known = runs.get(version);
    if (known !== undefined) return known;
    const { metric, feature } = rule;
    const question = { metric, feature, test, widthMs };
    const told = version === "" ? null : referenceDependence(source, schema.modelId, version, question);
    const run = createEvidenceRun({
      test,
      first: input,
      logLine: settings.logLine,
      dependence: told?.dependence ?? null,
      batchRows: told?.batchRows ?? BATCH_ROWS,
      memoryWindows,
    });
    runs.set(version, run);
    return run;
  };
}

/** Without their times, a thousand rows of a reference or so are taken for one window's. */
const BATCH_ROWS = 1_000;

/** Classes are appended to a layout without a new generation, and make the cells of the output other ones. */
function subjectOf({ source, schema, rule, settings }: GatherArgs): EvidenceSubject {
  const { limit, ...watched } = rule;
  const versions = source.versions(schema.modelId).map((version) => {
    const layout = source.layout(schema.modelId, version);
    const refId = source.reference(schema.modelId, version)?.refId ?? "";
    return [version, layout?.generation ?? 0, layout?.classes.length ?? 0, refId];
  });
  const champions = source
    .championIntervals(schema.modelId)
    .map(({ version, from }) => `${version}@${formatAt(from)}`);
  return {
    rule: JSON.stringify([schema.modelId, watched]),
    ground: JSON.stringify([limit, settings.logLine, versions, champions]),
  };
}

function formatAt(from: number): string {
  return Number.isFinite(from) ? formatInstant(from) : "ever";
}
