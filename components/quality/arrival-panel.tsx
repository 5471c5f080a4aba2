import { receivedAfter, silenceChance } from "#components/quality/arrival-words.ts";
import { integer, NOTHING, plural } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { State, type StateShape } from "#components/ui/state.tsx";
import { agoText, durationText, instantText } from "#components/ui/time.ts";
import type { Arrival, ArrivalState } from "#server/api/contracts/quality.ts";

const STATES: Record<ArrivalState, { shape: StateShape; word: string }> = {
  normal: { shape: "ok", word: "Arriving" },
  silent: { shape: "page", word: "No data" },
  late: { shape: "ticket", word: "Late data" },
  imported: { shape: "paused", word: "Imported" },
  young: { shape: "learning", word: "Learning" },
  never: { shape: "nodata", word: "No data yet" },
};

/** Freshness, lateness and delivery, and the three silences apart. */
export function ArrivalPanel({ arrival, zone, nowMs }: { arrival: Arrival; zone: string; nowMs: number }) {
  const { state, newest, lastReceivedAt, silenceMs, usualGapMs, alarmAfterMs } = arrival;
  const at = (instant: string | null) =>
    instant === null ? NOTHING : instantText(Date.parse(instant), zone, nowMs);
  const judged = state === "normal" || state === "silent" || state === "late";
  return (
    <Panel
      className="c4"
      title="Freshness and delivery"
      end={<State shape={STATES[state].shape} word={STATES[state].word} />}
      foot="No data, late data and a lossy client are three things. A client that drops rows would have to say so; none does yet."
    >
      <dl className="arrival-facts">
        <dt>Newest row</dt>
        <dd>
          {at(newest)}
          {newest === null ? null : (
            <span className="muted"> {agoText(Date.parse(newest), nowMs, zone)}</span>
          )}
        </dd>
        <dt>Received</dt>
        <dd>
          {at(lastReceivedAt)} <span className="muted">{receivedAfter(arrival)}</span>
        </dd>
        <dt>Usual gap at that hour</dt>
        <dd>{usualGapMs === null ? "no history yet" : durationText(usualGapMs)}</dd>
        {judged ? (
          <>
            <dt>Silence now</dt>
            <dd>
              {silenceMs === null ? NOTHING : durationText(silenceMs)}{" "}
              <span className="muted">{silenceChance(arrival)}</span>
            </dd>
          </>
        ) : null}
        <dt>Alarm after</dt>
        <dd>
          {alarmAfterMs === null ? "not within a month" : durationText(alarmAfterMs)}{" "}
          <span className="muted">of silence from the newest row on</span>
        </dd>
        <dt>Stored</dt>
        <dd>
          {plural(arrival.rows, "row")} <span className="muted">since ever</span>
        </dd>
        <dt>Sent twice</dt>
        <dd>
          {integer(arrival.duplicates)} <span className="muted">the same</span>, {integer(arrival.conflicts)}{" "}
          <span className="muted">different</span>
        </dd>
        <dt>Dropped by clients</dt>
        <dd>{arrival.dropped === null ? "not known" : integer(arrival.dropped)}</dd>
      </dl>
    </Panel>
  );
}
