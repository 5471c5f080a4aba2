/** A sealed window as the latch sees it. */
export interface LatchWindow {
  /** When the window was sealed, in ms. */
  readonly at: number;
  readonly logEvidence: number;
  /** Whether the evidence crossed the line: ln M ≥ ln A, or the family's adjusted figure is ≥ 0. */
  readonly crossed: boolean;
  readonly rows: number;
}

export interface LatchState {
  readonly open: boolean;
  /** Windows in a row that count towards the end of the alarm. */
  readonly calm: number;
  /** When somebody was last told, in ms; null before the first time. */
  readonly toldAt: number | null;
}

export interface LatchStep {
  readonly state: LatchState;
  readonly event: "opened" | "heartbeat" | "resolved" | null;
  /** The detector must go on from restart(state). */
  readonly restart: boolean;
  /** Whether to notify: an opening and an end always, a heartbeat at most once a day. */
  readonly notify: boolean;
}

const CALM_WINDOWS = 3;
const CALM_ROWS_MIN = 100;
const HEARTBEAT_MS = 86_400_000;

export const CLOSED_LATCH: LatchState = { open: false, calm: 0, toldAt: null };

/**
 * One alarm from many crossings: what a sealed window does to an alarm that latches.
 *
 * A first crossing opens; a crossing while open is a heartbeat of the same alarm; both restart the evidence. Three
 * sealed windows in a row with ln M ≤ 0 and at least 100 rows resolve it: then the data are back inside the limit, or
 * too little speaks against. A smaller window neither counts nor, while ln M ≤ 0, breaks the row. A pure reducer:
 * replaying the windows gives the same alarms.
 *
 * @example latchAlarm(CLOSED_LATCH, { at: 0, logEvidence: 9, crossed: true, rows: 500 }).event // "opened"
 */
export function latchAlarm(
  state: LatchState,
  window: LatchWindow,
  options: { calmWindows?: number; rowsMin?: number; heartbeatMs?: number } = {},
): LatchStep {
  if (window.crossed) return crossing(state, window, options.heartbeatMs ?? HEARTBEAT_MS);
  if (!state.open) return { state, event: null, restart: false, notify: false };
  const calm = calmAfter(state.calm, window, options.rowsMin ?? CALM_ROWS_MIN);
  if (calm < (options.calmWindows ?? CALM_WINDOWS)) {
    return { state: { ...state, calm }, event: null, restart: false, notify: false };
  }
  return {
    state: { open: false, calm: 0, toldAt: window.at },
    event: "resolved",
    restart: false,
    notify: true,
  };
}

function crossing(state: LatchState, window: LatchWindow, heartbeatMs: number): LatchStep {
  const notify = !state.open || state.toldAt === null || window.at - state.toldAt >= heartbeatMs;
  const toldAt = notify ? window.at : state.toldAt;
  const event = state.open ? "heartbeat" : "opened";
  return { state: { open: true, calm: 0, toldAt }, event, restart: true, notify };
}

function calmAfter(calm: number, window: LatchWindow, rowsMin: number): number {
  if (window.logEvidence > 0) return 0;
  return window.rows >= rowsMin ? calm + 1 : calm;
}
