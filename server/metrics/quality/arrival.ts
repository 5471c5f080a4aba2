import type { Arrival, ArrivalState } from "#server/api/contracts/quality.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import type { Deliveries, MetricsSource } from "#server/metrics/metrics-source.ts";
import { readCounts } from "#server/metrics/quality/count-history.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import type { LocalHour } from "#server/stats/quality/local-hour.ts";
import { seasonFor } from "#server/stats/quality/season.ts";
import {
  type ArrivalRates,
  arrivalRates,
  expectedInSilence,
  SILENCE_ROWS_MIN,
  type Silence,
  silenceAlarmLevel,
  silenceProbability,
  silenceUntilAlarm,
} from "#server/stats/quality/silence.ts";
import { windowStart } from "#server/windows/levels.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const HISTORY_MS = 8 * WEEK_MS;
/** A silence is looked at every minute. */
const CHECK_EVERY_MS = MINUTE_MS;
/** Further ahead nobody waits for a silence to become an alarm. */
const HORIZON_MS = 4 * WEEK_MS;
/** Rows came this short a time ago: they are still coming. */
const STILL_COMING_MS = HOUR_MS;
/** Rows that come later than this after their own time never were fresh. */
const FRESH_MS = DAY_MS;

export interface ArrivalQuestion {
  readonly now: number;
  readonly localHour: LocalHour;
  readonly budgetWeeks: number;
}

/** Whether rows arrive as they should, and if not which kind of silence it is. */
export function arrivalOf(
  source: MetricsSource,
  scope: QueryScope,
  { now, localHour, budgetWeeks }: ArrivalQuestion,
): Arrival {
  const { data, schema } = scope;
  const deliveries = source.deliveries(schema.modelId);
  const widthMs = Math.max(schema.windowMs, HOUR_MS);
  const alarmBelow = silenceAlarmLevel((budgetWeeks * WEEK_MS) / widthMs, widthMs / CHECK_EVERY_MS);
  const newest = data?.lastTs ?? null;
  const facts =
    newest === null ? null : silenceFacts(source, scope, { newest, now, widthMs, localHour, alarmBelow });
  return {
    state: arrivalState(deliveries, { now, newest, alarmBelow, probability: facts?.probability ?? null }),
    now: formatInstant(now),
    newest: formatInstantOrNull(newest),
    lastReceivedAt: formatInstantOrNull(deliveries.lastReceivedAt),
    silenceMs: newest === null ? null : Math.max(0, now - newest),
    expectedInSilence: facts?.expected ?? null,
    probability: facts?.probability ?? null,
    alarmBelow,
    alarmAfterMs: facts?.alarmAfterMs ?? null,
    usualGapMs: facts?.usualGapMs ?? null,
    overDispersion: facts?.overDispersion ?? null,
    rows: deliveries.rows,
    duplicates: deliveries.duplicates,
    conflicts: deliveries.conflicts,
    dropped: null,
  };
}

/** The three silences told apart; a lossy client would have to say so itself. */
export function arrivalState(
  { rows, lastReceivedAt }: Pick<Deliveries, "rows" | "lastReceivedAt">,
  told: { now: number; newest: number | null; alarmBelow: number; probability: number | null },
): ArrivalState {
  const { now, newest, alarmBelow, probability } = told;
  if (newest === null || lastReceivedAt === null) return "never";
  if (rows < SILENCE_ROWS_MIN) return "young";
  const stillComing = now - lastReceivedAt <= STILL_COMING_MS;
  const arrivedFresh = lastReceivedAt - newest <= FRESH_MS;
  if (!arrivedFresh) return stillComing ? "late" : "imported";
  if (probability === null || probability >= alarmBelow) return "normal";
  return stillComing && now - newest > STILL_COMING_MS ? "late" : "silent";
}

interface SilenceFacts {
  readonly expected: number | null;
  readonly probability: number | null;
  readonly alarmAfterMs: number | null;
  readonly usualGapMs: number | null;
  readonly overDispersion: number | null;
}
const NOTHING_KNOWN: SilenceFacts = {
  expected: null,
  probability: null,
  alarmAfterMs: null,
  usualGapMs: null,
  overDispersion: null,
};

interface SilenceQuestion {
  readonly newest: number;
  readonly now: number;
  readonly widthMs: number;
  readonly localHour: LocalHour;
  readonly alarmBelow: number;
}

function silenceFacts(source: MetricsSource, scope: QueryScope, question: SilenceQuestion): SilenceFacts {
  const { newest, now, widthMs, localHour, alarmBelow } = question;
  const startOf = (ts: number): number => windowStart(ts, widthMs);
  const to = startOf(newest);
  const first = startOf(scope.data?.firstTs ?? newest) + widthMs;
  const from = Math.max(first, startOf(newest - HISTORY_MS));
  const season = seasonFor(to - first, widthMs, localHour);
  // Before there is a season the mean over all hours stands in: the nights then look quieter than they should.
  const slotOf = (start: number): number => season.slotOf(start);
  if (to - from < widthMs) return NOTHING_KNOWN;
  const { counts } = readCounts(source, scope, { from, to, widthMs });
  const rates = arrivalRates(
    Array.from(counts, (count, index) => ({ slot: slotOf(from + index * widthMs), count })),
  );
  const silence: Silence = { from: newest, to: Math.min(now, newest + HISTORY_MS), widthMs, startOf, slotOf };
  const expected = expectedInSilence(rates, silence);
  return {
    expected,
    probability: silenceProbability(expected, rates.overDispersion),
    alarmAfterMs: silenceUntilAlarm(rates, { ...silence, to: newest + HORIZON_MS }, alarmBelow),
    usualGapMs: usualGap(rates, slotOf(startOf(newest)), widthMs),
    overDispersion: rates.overDispersion,
  };
}

function usualGap(rates: ArrivalRates, slot: number, widthMs: number): number | null {
  const mean = rates.meanOf.get(slot) ?? 0;
  return mean > 0 ? widthMs / mean : null;
}
