"use client";
import { type FormEvent, useState } from "react";
import { typeset } from "#components/alerts/alert-words.ts";
import { TIMELINE_ICONS } from "#components/alerts/timeline-icons.ts";
import { useTell } from "#components/api/use-api.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Icon } from "#components/ui/icon.tsx";
import { clockText, dayText, instantText } from "#components/ui/time.ts";
import type { AlertDetail, AlertTimelineItem } from "#server/api/contract.ts";

const SHOWN_FIRST = 8;

/** What happened to the alert, newest first; people add to it by notes. */
export function AlertTimeline({ alert }: { alert: AlertDetail }) {
  const [all, setAll] = useState(false);
  const items = [...alert.timeline].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const shown = all ? items : items.slice(0, SHOWN_FIRST);
  return (
    <aside className="alert-side" aria-labelledby="timeline">
      <h2 id="timeline">
        Timeline and notes
        {items.length > SHOWN_FIRST ? (
          <button type="button" className="more" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? "Newest" : `All ${items.length}`}
          </button>
        ) : null}
      </h2>
      <ol className="timeline">
        {shown.map((item) => (
          <TimelineLine key={`${item.at} ${item.kind} ${item.text}`} item={item} severity={alert.severity} />
        ))}
      </ol>
      <NoteForm id={alert.id} />
    </aside>
  );
}

function TimelineLine({ item, severity }: { item: AlertTimelineItem; severity: AlertDetail["severity"] }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const at = Date.parse(item.at);
  const today = dayText(at, zone) === dayText(nowMs, zone) && nowMs - at < 86_400_000;
  return (
    <li>
      <Icon name={item.kind === "fired" ? severity : TIMELINE_ICONS[item.kind]} />
      <span className="t">
        {item.kind === "note" && item.actor ? `${item.actor}: “${item.text}”` : typeset(item.text)}
      </span>
      <time dateTime={item.at} title={instantText(at, zone)}>
        {today ? clockText(at, zone) : dayText(at, zone)}
      </time>
      {item.kind !== "note" && item.actor ? <span className="d">{item.actor}</span> : null}
    </li>
  );
}

function NoteForm({ id }: { id: string }) {
  const [text, setText] = useState("");
  const note = useTell("alerts.note", { refresh: ["alerts.get"], onDone: () => setText("") });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "" && !note.isPending) note.mutate({ id, text: text.trim() });
  };
  return (
    <form className="note-form" onSubmit={submit}>
      <label className="searchbox">
        <span className="sr">Add a note</span>
        <input
          id="note"
          type="text"
          placeholder="Add a note…"
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <kbd>{text.trim() === "" ? "c" : "↵"}</kbd>
      </label>
      <div role="alert">{note.isError ? <p className="field-error">{note.error.detail}</p> : null}</div>
    </form>
  );
}
