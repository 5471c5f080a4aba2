import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";

/** Where a model's data stands, milliseconds since 1970. */
export interface ModelFacts {
  readonly firstTs: number;
  /** The latest event time seen. */
  readonly watermark: number;
  readonly lastReceivedAt: number;
}

/** What monitors ask of the metrics, each in its own thread with its own read-only connection. */
export interface EvaluationSource {
  /** Null before the model's first row. */
  facts(modelId: number): ModelFacts | null;
  /**
   * The rule's metric over each of its windows with from ≤ start and end ≤ to, oldest first. Windows in which the
   * model has no row at all are left out: that absence is what "no data" means.
   */
  evaluate(modelId: number, rule: MonitorRule, from: number, to: number): BacktestSlot[];
}
