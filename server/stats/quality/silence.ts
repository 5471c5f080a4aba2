/** Fewer rows than this ever: a model so young that no silence of it means anything. */
export const SILENCE_ROWS_MIN = 50;

/** A past window's count, and the slot of the season that it fell into. */
export interface SlottedCount {
  readonly slot: number;
  readonly count: number;
}

/** Expected rows a window by slot of the season, and how much noisier than Poisson they are. */
export interface ArrivalRates {
  readonly meanOf: ReadonlyMap<number, number>;
  /** φ = max(1, Σ (x − μ)² ÷ μ ÷ degrees of freedom): variance over mean, within slots. */
  readonly overDispersion: number;
}

/**
 * Mean count a window by slot, and the overdispersion φ over all slots together (Pearson's, with one degree of freedom
 * lost a slot; slots with mean 0 have none). φ is 1 where rows come as a Poisson process would, or too evenly.
 *
 * @example arrivalRates([{ slot: 0, count: 4 }, { slot: 0, count: 16 }]).overDispersion // 7.2
 */
export function arrivalRates(history: readonly SlottedCount[]): ArrivalRates {
  const sums = new Map<number, { windows: number; rows: number }>();
  for (const { slot, count } of history) {
    const sum = sums.get(slot) ?? { windows: 0, rows: 0 };
    sums.set(slot, { windows: sum.windows + 1, rows: sum.rows + count });
  }
  const meanOf = new Map([...sums].map(([slot, { windows, rows }]) => [slot, rows / windows]));
  let chi = 0;
  for (const { slot, count } of history) {
    const mean = meanOf.get(slot) ?? 0;
    if (mean > 0) chi += (count - mean) ** 2 / mean;
  }
  let degrees = 0;
  for (const [slot, { windows }] of sums) if ((meanOf.get(slot) ?? 0) > 0) degrees += windows - 1;
  return { meanOf, overDispersion: degrees > 0 ? Math.max(1, chi / degrees) : 1 };
}

/** A stretch of silence, and the windows it touches. */
export interface Silence {
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly widthMs: number;
  /** Start of the window of an instant; windows are `widthMs` wide. */
  readonly startOf: (ts: number) => number;
  /** Slot of a window by its start. */
  readonly slotOf: (start: number) => number;
}

/**
 * Rows that the season expects in a stretch, Λ: each window's mean by the part of it that lies within. Slots that were
 * never seen count 0, so the claim is never stronger than the history.
 *
 * @example expectedInSilence(arrivalRates([{ slot: 0, count: 60 }]), { from: 0, to: 30, widthMs: 60, startOf: () => 0, slotOf: () => 0 }) // 30
 */
export function expectedInSilence(rates: ArrivalRates, silence: Silence): number {
  const { from, to, widthMs, startOf, slotOf } = silence;
  let expected = 0;
  for (let start = startOf(from); start < to; start += widthMs) {
    const part = (Math.min(to, start + widthMs) - Math.max(from, start)) / widthMs;
    expected += Math.max(0, part) * (rates.meanOf.get(slotOf(start)) ?? 0);
  }
  return expected;
}

/**
 * The chance of no row at all where Λ were expected: e^(−Λ ÷ φ). For a Poisson process φ = 1; where rows come in
 * clumps, φ rows are worth one arrival. 1 where nothing was expected.
 *
 * @example silenceProbability(30, 3) // 0.000045399929762484854
 */
export function silenceProbability(expected: number, overDispersion = 1): number {
  return Math.exp(-expected / Math.max(1, overDispersion));
}

/**
 * How improbable a silence must be to raise an alarm: 1 ÷ (A · checks), so that looking `checks` times a window raises
 * a false one less than once in A windows.
 *
 * @example silenceAlarmLevel(2184, 60) // 0.0000076312576312576314
 */
export function silenceAlarmLevel(patienceWindows: number, checksAWindow: number): number {
  return 1 / (patienceWindows * Math.max(1, checksAWindow));
}

/**
 * How long a silence must last from `silence.from` until its probability falls below the level, milliseconds; looks no
 * further than `silence.to`, and answers null where that is not long enough.
 *
 * @example silenceUntilAlarm(arrivalRates([{ slot: 0, count: 60 }]), { from: 0, to: 6000, widthMs: 60, startOf: (ts) => Math.floor(ts / 60) * 60, slotOf: () => 0 }, 0.00001) // 11.512925464970229
 */
export function silenceUntilAlarm(rates: ArrivalRates, silence: Silence, level: number): number | null {
  const { from, to, widthMs, startOf, slotOf } = silence;
  let missing = -Math.log(level) * rates.overDispersion;
  for (let start = startOf(from); start < to; start += widthMs) {
    const begins = Math.max(from, start);
    const mean = rates.meanOf.get(slotOf(start)) ?? 0;
    const within = (mean * (start + widthMs - begins)) / widthMs;
    if (within >= missing) return begins + (missing / mean) * widthMs - from;
    missing -= within;
  }
  return null;
}
