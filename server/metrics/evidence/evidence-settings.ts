import type { EvidenceCheckpoints } from "#server/metrics/evidence/evidence-checkpoints.ts";

/** For rules that decide by evidence: where it alarms, and what is kept from one evaluation to the next. */
export interface EvidenceSettings {
  /** ln of the evidence at which it alarms. */
  readonly logLine: number;
  /** Null: every evaluation begins at the model's first row. */
  readonly checkpoints: EvidenceCheckpoints | null;
}
