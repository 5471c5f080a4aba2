import { judge, judgeSilence, type Observation } from "#server/alerts/judge.ts";
import {
  type CloseReason,
  close,
  type Effect,
  INITIAL_STATE,
  type InstanceKind,
  type MonitorState,
  step,
} from "#server/alerts/transition.ts";
import type { BacktestEpisode, BacktestSlot, MonitorRule } from "#server/api/contract.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

export interface ReplayInput {
  readonly rule: MonitorRule;
  /** Windows that have rows, oldest first. What lies between them is silence. */
  readonly slots: readonly BacktestSlot[];
  /** State before the first of them; normal when left out. */
  readonly start?: MonitorState;
  /** Windows are sealed up to here: silence after the last row counts until this instant. */
  readonly sealedUntil?: number | null;
  /** Episodes that a person resolved, each after the slot named. */
  readonly resolved?: readonly { readonly kind: InstanceKind; readonly slot: number }[];
}

/** What was seen and decided at one slot. Silence has no numbers, but for a volume rule, to which it is a zero. */
export interface TraceEntry {
  readonly at: number;
  readonly observation: Observation;
  readonly numbers: BacktestSlot | null;
  readonly isSilent: boolean;
  readonly state: MonitorState;
  readonly effects: readonly Effect[];
  readonly reason: string;
}

/** One firing stretch. Instants are slots: ends of windows in event time. */
export interface Episode {
  readonly kind: InstanceKind;
  /** The first breaching slot of the stretch, and the slot at which it fired. */
  readonly onset: number;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly closeReason: CloseReason | null;
  readonly flaps: number;
  /** Windows from the onset until it closed, or until the last one judged. */
  readonly windows: number;
  /** Rows (labels, for performance) of the windows beyond the limit. */
  readonly n: number;
  /** The slot that fired it, the worst one, and the last one beyond the limit. */
  readonly opening: BacktestSlot | null;
  readonly peak: BacktestSlot | null;
  readonly latest: BacktestSlot | null;
}

export interface Replay {
  readonly trace: readonly TraceEntry[];
  readonly state: MonitorState;
  readonly episodes: readonly Episode[];
}

export function replay(input: ReplayInput): Replay {
  const trace = traceSlots(input);
  const state = trace.at(-1)?.state ?? input.start ?? INITIAL_STATE;
  return { trace, state, episodes: episodesOf(trace, input.rule) };
}

/** Episodes as the editor and the API show them: those of the rule itself. */
export function backtestEpisodes(episodes: readonly Episode[]): BacktestEpisode[] {
  return episodes
    .filter((episode) => episode.kind === "breach")
    .map((episode) => ({
      openedAt: new Date(episode.openedAt).toISOString(),
      closedAt: episode.closedAt === null ? null : new Date(episode.closedAt).toISOString(),
      windows: episode.windows,
      peak: episode.peak?.value ?? null,
      n: episode.n,
    }));
}

function traceSlots(input: ReplayInput): TraceEntry[] {
  const { rule } = input;
  const widthMs = windowWidthMs(rule);
  const resolved = [...(input.resolved ?? [])].sort((a, b) => a.slot - b.slot);
  const trace: TraceEntry[] = [];
  let state = input.start ?? INITIAL_STATE;
  let nextResolved = 0;

  const closeResolved = (before: number) => {
    for (let next = resolved[nextResolved]; next && next.slot < before; next = resolved[nextResolved]) {
      nextResolved += 1;
      // What was resolved before this replay began is part of the state it began from.
      if (trace.length === 0) continue;
      const closed = close(state, next.slot, "by-person", next.kind);
      state = closed.state;
      const last = trace[trace.length - 1];
      if (last) trace[trace.length - 1] = { ...last, state, effects: [...last.effects, ...closed.effects] };
    }
  };
  const look = (at: number, observation: Observation, numbers: BacktestSlot | null, isSilent: boolean) => {
    closeResolved(at);
    const next = step(state, observation, at, rule);
    const settled = sameInstances(state, next.state);
    state = next.state;
    trace.push({ at, observation, numbers, isSilent, state, effects: next.effects, reason: next.reason });
    return settled;
  };
  const passSilence = (until: number) => {
    if (state.lastSlot === null) return;
    const silence = judgeSilence(rule);
    for (let at = state.lastSlot + widthMs; at <= until; at += widthMs) {
      // Once a silent window changes nothing the rest of the silence cannot either: years of it cost one step.
      const numbers = silence === "no-data" ? null : zeroAt(at);
      if (look(at, silence, numbers, true))
        at = Math.max(at, lastSlotWithin(at, until, widthMs, resolved) - widthMs);
    }
  };

  for (const slot of input.slots) {
    const at = Date.parse(slot.at);
    passSilence(at - widthMs);
    look(at, judge(slot, rule), slot, false);
  }
  if (input.sealedUntil != null) passSilence(input.sealedUntil);
  closeResolved(Number.POSITIVE_INFINITY);
  return trace;
}

function zeroAt(at: number): BacktestSlot {
  return { at: new Date(at).toISOString(), value: 0, lo: null, hi: null, n: 0, status: "OK", version: null };
}

/** The last silent slot that can be jumped to: a resolution on the way must be met, not passed. */
function lastSlotWithin(
  from: number,
  until: number,
  widthMs: number,
  resolved: NonNullable<ReplayInput["resolved"]>,
): number {
  const next = resolved.find((entry) => entry.slot >= from);
  const end = next && next.slot < until ? next.slot : until;
  return from + Math.floor((end - from) / widthMs) * widthMs;
}

function sameInstances(a: MonitorState, b: MonitorState): boolean {
  return a.breach === b.breach && a.noData === b.noData && a.error === b.error;
}

interface OpenEpisode {
  onset: number;
  openedAt: number;
  flaps: number;
  n: number;
  opening: BacktestSlot | null;
  peak: BacktestSlot | null;
  latest: BacktestSlot | null;
}

const KINDS: readonly InstanceKind[] = ["breach", "no-data", "error"];

function episodesOf(trace: readonly TraceEntry[], rule: MonitorRule): Episode[] {
  const episodes = KINDS.flatMap((kind) => episodesOfKind(trace, rule, kind));
  return episodes.sort((a, b) => a.openedAt - b.openedAt || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function episodesOfKind(trace: readonly TraceEntry[], rule: MonitorRule, kind: InstanceKind): Episode[] {
  const widthMs = windowWidthMs(rule);
  const episodes: Episode[] = [];
  /** Breaching windows since the last normal state: an episode counts from its onset, not from when it fired. */
  let run: BacktestSlot[] = [];
  let open: OpenEpisode | null = null;
  const finish = (current: OpenEpisode, closedAt: number | null, reason: CloseReason | null, end: number) => {
    const windows = Math.max(1, Math.round((end - current.onset) / widthMs));
    episodes.push({ kind, ...current, windows, closedAt, closeReason: reason });
  };

  for (const entry of trace) {
    const breaching = kind === "breach" && entry.observation === "breach";
    if (breaching && entry.numbers) {
      if (open) addBreach(open, entry.numbers, rule);
      else run.push(entry.numbers);
    }
    for (const effect of entry.effects) {
      if (effect.instance !== kind) continue;
      if (effect.kind === "open") {
        open = {
          onset: onsetOf(effect.onset, entry.numbers, episodes.at(-1), widthMs),
          openedAt: effect.slot,
          flaps: 0,
          n: 0,
          opening: kind === "breach" ? entry.numbers : null,
          peak: null,
          latest: null,
        };
        for (const slot of run) addBreach(open, slot, rule);
        run = [];
      } else if (effect.kind === "flap" && open) {
        open.flaps += 1;
      } else if (effect.kind === "close" && open) {
        // A person's word ends the episode after the window that was last judged, not at it.
        const end = effect.reason === "by-person" ? effect.slot + widthMs : effect.slot;
        finish(open, effect.slot, effect.reason, end);
        open = null;
      }
    }
    if (kind === "breach" && entry.state.breach.phase === "normal") run = [];
  }
  const last = trace.at(-1);
  if (open && last) finish(open, null, null, last.at + widthMs);
  return episodes;
}

/** Evidence tells when it began; a run of breaching windows begins with its first. Never within the episode before. */
function onsetOf(
  first: number,
  opening: BacktestSlot | null,
  before: Episode | undefined,
  widthMs: number,
): number {
  const told = opening?.evidence?.onset ?? null;
  if (told === null) return first;
  const slot = Date.parse(told) + widthMs;
  return Math.min(first, Math.max(slot, (before?.closedAt ?? Number.NEGATIVE_INFINITY) + widthMs));
}

function addBreach(episode: OpenEpisode, slot: BacktestSlot, rule: MonitorRule): void {
  episode.n += slot.n;
  episode.latest = slot;
  if (episode.peak === null || worse(slot, episode.peak, rule)) episode.peak = slot;
}

function worse(a: BacktestSlot, b: BacktestSlot, rule: MonitorRule): boolean {
  if (a.value === null || b.value === null) return a.value !== null;
  return rule.op === "above" ? a.value > b.value : a.value < b.value;
}
