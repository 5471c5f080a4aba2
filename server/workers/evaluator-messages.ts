import type { NoticeTiming } from "#server/alerts/notice-timing.ts";

/** What the evaluator's thread is told, and what it tells. Plain data: it crosses threads. */
export type ToEvaluator =
  /** Windows of a model changed; `from` and `to` are the first and last changed window starts, milliseconds. */
  | {
      readonly kind: "windows";
      readonly modelId: number;
      readonly version: string;
      readonly from: number;
      readonly to: number;
    }
  /** A schema, a stage or a reference changed: any number of the model may be another. */
  | { readonly kind: "model"; readonly modelId: number }
  /** Monitors, alerts or channels were changed by hand, or messages wait. */
  | { readonly kind: "wake" }
  | { readonly kind: "stop" };

export type FromEvaluator =
  | { readonly kind: "ready" }
  | { readonly kind: "alerts" | "monitors"; readonly modelId: number }
  | { readonly kind: "channels" }
  | { readonly kind: "stopped" };

export interface EvaluatorData {
  readonly dataFolder: string;
  readonly secretKey: string;
  /** Where people reach this server, for links in messages; without a trailing slash. */
  readonly publicUrl: string;
  readonly allowedPrivateTargets: readonly string[];
  readonly logLevel: string;
  /** Other waits before messages; only tests and the demo are in such a hurry. */
  readonly timing?: Partial<NoticeTiming>;
}
