import { cellsTrial } from "#server/metrics/evidence/cells-trial.ts";
import { type Dependence, dependenceOf, INDEPENDENT } from "#server/metrics/evidence/dependence.ts";
import { evidenceCells } from "#server/metrics/evidence/evidence-cells.ts";
import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { lossTrial } from "#server/metrics/evidence/loss-trial.ts";
import { rateTrial } from "#server/metrics/evidence/rate-trial.ts";
import { OVER_DISPERSION_WINDOWS_MIN } from "#server/stats/sequential/over-dispersion.ts";

/** What the evidence says after one window; `onset` is a window of the run, from 0. */
export interface TrialVerdict {
  readonly logEvidence: number;
  readonly onset: number | null;
  readonly route: "beyond" | "changed";
  readonly crossed: boolean;
  /** The latest windows are beyond the limit, as far as they can tell. */
  readonly holds: boolean;
}

/** One hypothesis under trial, window by window. Its state is plain data, so that a run can go on from a copy. */
export interface Trial<State = unknown> {
  start(): State;
  /** Changes `state` and says what follows from it; crossing the line starts the evidence anew. */
  step(state: State, input: EvidenceInput): TrialVerdict;
}

export interface TrialOptions {
  readonly test: EvidenceTest;
  readonly first: EvidenceInput;
  /** ln of the evidence at which it alarms. */
  readonly logLine: number;
  readonly dependence: Dependence;
  /** Rows of the reference that lie in one window's time. */
  readonly batchRows: number;
  /** Windows after which the memory of recent ones has halved. */
  readonly memoryWindows: number;
}

export interface RunState {
  /** Starts of the windows that were judged. */
  starts: number[];
  /** The first windows, until they have told how far rows are from independent; null once that is known. */
  learning: EvidenceInput[] | null;
  dependence: Dependence;
  trial: unknown;
}

export interface RunVerdict extends Omit<TrialVerdict, "onset"> {
  /** Start of the window in which it began, milliseconds. */
  readonly onset: number | null;
}

export interface EvidenceRun {
  start(): RunState;
  step(state: RunState, start: number, input: EvidenceInput): RunVerdict;
}

/**
 * A trial over the windows of one version. How rows depend on one another is known from the reference, or learnt from the
 * first 20 windows: then the trial is taken through these once more, so that it stands as if it had always known.
 */
export function createEvidenceRun(
  options: Omit<TrialOptions, "dependence"> & { dependence: Dependence | null },
): EvidenceRun {
  const trials = new Map<string, Trial>();
  const trialOf = (dependence: Dependence): Trial => {
    const key = `${dependence.alike}/${dependence.persistence}`;
    const known = trials.get(key) ?? createTrial({ ...options, dependence });
    trials.set(key, known);
    return known;
  };
  return {
    start: () => ({
      starts: [],
      learning: options.dependence === null ? [] : null,
      dependence: options.dependence ?? INDEPENDENT,
      trial: trialOf(options.dependence ?? INDEPENDENT).start(),
    }),
    step: (state, start, input) => {
      state.starts.push(start);
      const verdict = trialOf(state.dependence).step(state.trial, input);
      learn(state, input, options.test, trialOf);
      return { ...verdict, onset: verdict.onset === null ? null : (state.starts[verdict.onset] ?? null) };
    },
  };
}

function learn(
  state: RunState,
  input: EvidenceInput,
  test: EvidenceTest,
  trialOf: (dependence: Dependence) => Trial,
): void {
  if (state.learning === null) return;
  state.learning.push(input);
  if (state.learning.length < OVER_DISPERSION_WINDOWS_MIN) return;
  const dependence = dependenceOf(state.learning.map((past) => evidenceCells(past, test)));
  if (dependence === null) return;
  if (dependence.alike > 0) {
    const trial = trialOf(dependence);
    state.dependence = dependence;
    state.trial = trial.start();
    for (const past of state.learning) trial.step(state.trial, past);
  }
  state.learning = null;
}

function createTrial(options: TrialOptions): Trial {
  const { test, first } = options;
  if (test.kind === "cells" && first.kind === "cells") return cellsTrial(options, test, first);
  if (test.kind === "rate") return rateTrial(options, test);
  if (test.kind === "losses") return lossTrial(options, test);
  throw new Error("A trial of shares by cell needs a reference.");
}
