/**
 * The life of an alert as a pure function of what each window said. The evaluator, the back-test and the editor in
 * the browser all step through here, so a preview cannot look better than live. No imports but types.
 */
import type { Observation } from "#server/alerts/judge.ts";
import type { MonitorRule } from "#server/api/contract.ts";

/** Counts are of windows that were really judged: silence never lets a timer run out. */
export type Instance =
  | { readonly phase: "normal" }
  | { readonly phase: "pending"; readonly since: number; readonly covered: number }
  | { readonly phase: "firing"; readonly since: number; readonly flaps: number }
  | {
      readonly phase: "recovering";
      readonly since: number;
      readonly flaps: number;
      readonly covered: number;
    };

/** The rule itself, and the two ways in which it can be unable to answer; each has episodes of its own. */
export type InstanceKind = "breach" | "no-data" | "error";

export interface MonitorState {
  readonly lastSlot: number | null;
  readonly breach: Instance;
  readonly noData: Instance;
  readonly error: Instance;
  /** Consecutive windows in which the segment had no row although the model had. */
  readonly missing: number;
  /** First slot of the silence or error that the state has been held through; null while answers come. */
  readonly staleSince: number | null;
}

export type CloseReason =
  | "cleared"
  | "series-gone"
  | "rule-changed"
  | "paused"
  | "deleted"
  | "by-person"
  | "retracted";

export type Effect =
  /** `onset` is the first breaching slot, `slot` the one at which it fired. */
  | { readonly kind: "open"; readonly instance: InstanceKind; readonly onset: number; readonly slot: number }
  | { readonly kind: "flap"; readonly instance: InstanceKind; readonly slot: number }
  | {
      readonly kind: "close";
      readonly instance: InstanceKind;
      readonly slot: number;
      readonly reason: CloseReason;
    };

export interface Step {
  readonly state: MonitorState;
  readonly effects: readonly Effect[];
  /** Why the state is what it is, for the monitor's page. */
  readonly reason: string;
}

export const NORMAL: Instance = { phase: "normal" };
export const INITIAL_STATE: MonitorState = {
  lastSlot: null,
  breach: NORMAL,
  noData: NORMAL,
  error: NORMAL,
  missing: 0,
  staleSince: null,
};

/** After so many windows without the segment its alert closes as "no longer reports", never as recovered. */
export const MISSING_WINDOWS = 2;
/** An evaluation may fail a few times (a busy disk, a schema on its way) before that is an alert. */
export const ERROR_WINDOWS = 5;

type Timers = Pick<MonitorRule, "forWindows" | "keepWindows" | "noDataWindows">;

/** One window's verdict. A slot at or before the last one changes nothing, so a repeated message is harmless. */
export function step(state: MonitorState, observation: Observation, slot: number, timers: Timers): Step {
  if (state.lastSlot !== null && slot <= state.lastSlot) {
    return { state, effects: [], reason: "This window has already been judged." };
  }
  const missing = observation === "missing" ? state.missing + 1 : held(observation) ? state.missing : 0;
  const breach = stepBreach(state.breach, observation, slot, timers, missing);
  const noData = stepHealth("no-data", state.noData, observation, slot, timers.noDataWindows);
  const error = stepHealth("error", state.error, observation, slot, ERROR_WINDOWS);
  const stale = observation === "no-data" || observation === "error";
  return {
    state: {
      lastSlot: slot,
      breach: breach.instance,
      noData: noData.instance,
      error: error.instance,
      missing,
      staleSince: stale ? (state.staleSince ?? slot) : null,
    },
    effects: [...breach.effects, ...noData.effects, ...error.effects],
    reason: breach.reason,
  };
}

/** Ends what is open for a reason outside the data: an edit, a pause, a person. */
export function close(state: MonitorState, slot: number, reason: CloseReason, only?: InstanceKind): Step {
  const effects: Effect[] = [];
  const end = (instance: InstanceKind, current: Instance): Instance => {
    if (only !== undefined && only !== instance) return current;
    if (isOpen(current)) effects.push({ kind: "close", instance, slot, reason });
    return NORMAL;
  };
  return {
    state: {
      ...state,
      breach: end("breach", state.breach),
      noData: end("no-data", state.noData),
      error: end("error", state.error),
    },
    effects,
    reason: `Closed: ${reason}.`,
  };
}

export function isOpen(instance: Instance): boolean {
  return instance.phase === "firing" || instance.phase === "recovering";
}

interface InstanceStep {
  readonly instance: Instance;
  readonly effects: readonly Effect[];
  readonly reason: string;
}

function held(observation: Observation): boolean {
  return observation === "no-data" || observation === "error" || observation === "not-enough-data";
}

const HOLD_REASON: Record<"no-data" | "error" | "not-enough-data" | "missing", string> = {
  "no-data": "No data: the state is held.",
  error: "The window could not be computed: the state is held.",
  "not-enough-data": "Not enough data: the state is held.",
  missing: "The segment has no rows: the state is held.",
};

function stepBreach(
  instance: Instance,
  observation: Observation,
  slot: number,
  timers: Timers,
  missing: number,
): InstanceStep {
  switch (observation) {
    case "no-data":
    case "error":
    case "not-enough-data":
      return { instance, effects: [], reason: HOLD_REASON[observation] };
    case "missing":
      return missing < MISSING_WINDOWS
        ? { instance, effects: [], reason: HOLD_REASON.missing }
        : gone(instance, slot);
    case "breach":
      return onBreach("breach", instance, slot, timers.forWindows);
    case "band":
      return onBand(instance, slot);
    case "clear":
      return onClear("breach", instance, slot, timers.keepWindows);
  }
}

/** Silence and errors: a breach of the rule's own health. What has nothing to say about it holds. */
function stepHealth(
  kind: "no-data" | "error",
  instance: Instance,
  observation: Observation,
  slot: number,
  forWindows: number | null,
): InstanceStep {
  if (observation === kind) {
    return forWindows === null
      ? { instance, effects: [], reason: "" }
      : onBreach(kind, instance, slot, forWindows);
  }
  // An error does not show that rows came; silence does show that the question could be answered.
  if (kind === "no-data" && observation === "error") return { instance, effects: [], reason: "" };
  return onClear(kind, instance, slot, 1);
}

function onBreach(kind: InstanceKind, instance: Instance, slot: number, forWindows: number): InstanceStep {
  if (instance.phase === "firing") return { instance, effects: [], reason: "Still beyond the limit." };
  if (instance.phase === "recovering") return flap(kind, instance, slot);
  const since = instance.phase === "pending" ? instance.since : slot;
  const covered = (instance.phase === "pending" ? instance.covered : 0) + 1;
  if (covered < forWindows) {
    return {
      instance: { phase: "pending", since, covered },
      effects: [],
      reason: `Beyond the limit in ${covered} of ${forWindows} windows.`,
    };
  }
  return {
    instance: { phase: "firing", since, flaps: 0 },
    effects: [{ kind: "open", instance: kind, onset: since, slot }],
    reason: "Beyond the limit for long enough: fired.",
  };
}

function onBand(instance: Instance, slot: number): InstanceStep {
  switch (instance.phase) {
    case "pending":
      return { instance: NORMAL, effects: [], reason: "No longer beyond the limit: it did not fire." };
    case "recovering":
      return flap("breach", instance, slot);
    case "firing":
      return { instance, effects: [], reason: "Between clear and limit: still open." };
    case "normal":
      return { instance, effects: [], reason: "Between clear and limit." };
  }
}

function onClear(kind: InstanceKind, instance: Instance, slot: number, keepWindows: number): InstanceStep {
  if (instance.phase === "normal") return { instance, effects: [], reason: "Within the limit." };
  if (instance.phase === "pending") {
    return { instance: NORMAL, effects: [], reason: "Within the limit again: it did not fire." };
  }
  const covered = (instance.phase === "recovering" ? instance.covered : 0) + 1;
  if (covered >= keepWindows) {
    return {
      instance: NORMAL,
      effects: [{ kind: "close", instance: kind, slot, reason: "cleared" }],
      reason: "Within the limit for long enough: resolved.",
    };
  }
  return {
    instance: { phase: "recovering", since: instance.since, flaps: instance.flaps, covered },
    effects: [],
    reason: `Within the limit in ${covered} of ${keepWindows} windows.`,
  };
}

function flap(
  kind: InstanceKind,
  instance: Extract<Instance, { phase: "recovering" }>,
  slot: number,
): InstanceStep {
  return {
    instance: { phase: "firing", since: instance.since, flaps: instance.flaps + 1 },
    effects: [{ kind: "flap", instance: kind, slot }],
    reason: "Beyond the limit again before it had resolved: the same alert.",
  };
}

function gone(instance: Instance, slot: number): InstanceStep {
  const effects: Effect[] = isOpen(instance)
    ? [{ kind: "close", instance: "breach", slot, reason: "series-gone" }]
    : [];
  return { instance: NORMAL, effects, reason: "The segment no longer reports." };
}
