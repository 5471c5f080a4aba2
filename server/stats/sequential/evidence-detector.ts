/**
 * What every detector of this folder is: a recursion over sealed windows that answers with ln M, the logarithm of
 * an e-detector (Shin, Ramdas and Rinaldo 2024). While the null hypothesis holds, E[M_τ] ≤ E[τ] at every stopping
 * time τ; so alarming when ln M ≥ ln A makes the mean number of windows to a false alarm at least A.
 *
 * A detector holds what follows from the reference once and for all; a state holds what windows have added. States
 * are plain objects of numbers and Float64Arrays: they survive structuredClone, and a checkpoint continued with
 * the windows after it equals the whole run, bit for bit.
 */
export interface EvidenceDetector<Window, State> {
  /** The state before the first window: no evidence. */
  start(): State;
  /** The state after one more sealed window. `state` is not touched. */
  step(state: State, window: Window): State;
  /** The same into `state` itself, for loops that keep no checkpoints. */
  stepInto(state: State, window: Window): void;
  /** ln M, natural logarithm; −∞ before the first window. Divide by ln 10 for the figure that is shown. */
  logEvidence(state: State): number;
  /** After an alarm: the evidence back to none, what was learnt about the data kept. `state` is not touched. */
  restart(state: State): State;
}

/** What a detector of weighted components says beside ln M. */
export interface LeadingComponent {
  /** Index among the detector's `components`. */
  readonly component: number;
  /** Its share of the evidence, ln(w_k e^(S_k)). */
  readonly logEvidence: number;
  /** The first window (from 0) of its present run of evidence, the estimated onset; null without evidence. */
  readonly onset: number | null;
}
