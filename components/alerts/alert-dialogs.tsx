"use client";
import { useId, useState } from "react";
import { SILENCE_MAX_MS, silenceChoices, silenceProblem } from "#components/alerts/silence-times.ts";
import type { AlertActions } from "#components/alerts/use-alert-actions.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field, Input, TextArea } from "#components/ui/fields.tsx";
import { instantText, zoneText } from "#components/ui/time.ts";
import type { AlertListItem } from "#server/api/contract.ts";

/** The questions that assign, silence and resolve ask before they act. */
export function AlertDialogs({ actions }: { actions: AlertActions }) {
  const { pending, dismiss } = actions;
  if (pending === null) return null;
  const { question, alert } = pending;
  if (question === "assign") return <AssignDialog alert={alert} actions={actions} onClose={dismiss} />;
  if (question === "silence") return <SilenceDialog alert={alert} actions={actions} onClose={dismiss} />;
  return <ResolveDialog alert={alert} actions={actions} onClose={dismiss} />;
}

interface QuestionProps {
  alert: AlertListItem;
  actions: AlertActions;
  onClose: () => void;
}

function AssignDialog({ alert, actions, onClose }: QuestionProps) {
  const [who, setWho] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const me = actions.me?.email ?? null;
  const submit = () =>
    who.trim() === ""
      ? setProblem("Give the e-mail address of a person.")
      : actions.assign(alert, who.trim());
  return (
    <Dialog
      open
      title="Assign this alert"
      onClose={onClose}
      footer={
        <>
          {alert.assignee !== null ? (
            <Button onClick={() => actions.assign(alert, null)}>Assign to nobody</Button>
          ) : null}
          <Button onClick={submit}>Assign</Button>
          {me !== null && alert.assignee !== me ? (
            <Button look="primary" autoFocus onClick={() => actions.assign(alert, me)}>
              Assign to me
            </Button>
          ) : null}
        </>
      }
    >
      <p className="muted">
        {alert.assignee === null ? "Nobody owns it yet." : `${alert.assignee} owns it.`}
      </p>
      <Field label="Somebody else" error={problem}>
        {(control) => (
          <Input
            {...control}
            type="email"
            value={who}
            placeholder="name@example.com"
            onChange={(event) => setWho(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && submit()}
          />
        )}
      </Field>
    </Dialog>
  );
}

function SilenceDialog({ alert, actions, onClose }: QuestionProps) {
  const nowMs = useNow();
  const { zone } = useZone();
  const [openedMs] = useState(nowMs);
  const choices = silenceChoices(openedMs, zone);
  const [choice, setChoice] = useState("4h");
  const [custom, setCustom] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const name = useId();
  const typedMs = custom === "" ? null : Date.parse(`${custom}Z`);
  const untilMs = choices.find((one) => one.id === choice)?.until ?? typedMs;
  const endProblem = silenceProblem(untilMs, nowMs);
  const reasonProblem = reason.trim() === "" ? "Say why; others will read it." : null;
  const submit = () => {
    setTried(true);
    if (endProblem === null && reasonProblem === null && untilMs !== null)
      actions.silence(alert, untilMs, reason.trim());
  };
  return (
    <Dialog
      open
      title="Silence this alert"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={submit}>
            Silence
          </Button>
        </>
      }
    >
      <p className="muted">
        Nobody is told of it until then. It goes on being judged, and its history is kept.
      </p>
      <fieldset>
        <legend className="sr">How long</legend>
        {choices.map((one) => (
          <label className="radio" key={one.id}>
            <input type="radio" name={name} checked={choice === one.id} onChange={() => setChoice(one.id)} />
            <span>
              {one.label} <span className="subtle">{instantText(one.until, zone, nowMs)}</span>
            </span>
          </label>
        ))}
        <label className="radio">
          <input
            type="radio"
            name={name}
            checked={choice === "custom"}
            onChange={() => setChoice("custom")}
          />
          <span>until a time of my own</span>
        </label>
      </fieldset>
      {choice === "custom" ? (
        <Field
          label="Until (UTC)"
          hint={`At most ${SILENCE_MAX_MS / 86_400_000} days ahead.`}
          error={tried ? endProblem : null}
        >
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={custom}
              onChange={(event) => setCustom(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <p className="hint">Times are in {zoneText(zone, nowMs)}.</p>
      )}
      <ReasonField
        value={reason}
        onChange={setReason}
        problem={tried ? reasonProblem : null}
        onSubmit={submit}
      />
    </Dialog>
  );
}

/** What each says of the monitor: whether it was right to fire. */
const RESOLUTIONS = [
  { word: "Fixed", verdict: "real" },
  { word: "Expected change", verdict: "real" },
  { word: "False alarm", verdict: "false-alarm" },
  { word: "Duplicate", verdict: undefined },
  { word: "Cannot reproduce", verdict: undefined },
] as const;

function ResolveDialog({ alert, actions, onClose }: QuestionProps) {
  const [why, setWhy] = useState<(typeof RESOLUTIONS)[number]>(RESOLUTIONS[0]);
  const [note, setNote] = useState("");
  const name = useId();
  const submit = () =>
    actions.resolve(alert, note.trim() === "" ? why.word : `${why.word}: ${note.trim()}`, why.verdict);
  return (
    <Dialog
      open
      title="Resolve this alert"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={submit}>
            Resolve alert
          </Button>
        </>
      }
    >
      <p className="muted">
        It closes now. If the next windows are beyond the limit too, the monitor fires again as a new alert.
      </p>
      <fieldset>
        <legend className="sr">Why</legend>
        {RESOLUTIONS.map((one) => (
          <label className="radio" key={one.word}>
            <input type="radio" name={name} checked={why === one} onChange={() => setWhy(one)} />
            <span>{one.word}</span>
          </label>
        ))}
      </fieldset>
      <Field label="Note (optional)">
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            maxLength={1900}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

function ReasonField({
  value,
  onChange,
  problem,
  onSubmit,
}: {
  value: string;
  onChange: (value: string) => void;
  problem: string | null;
  onSubmit: () => void;
}) {
  return (
    <Field label="Reason" error={problem}>
      {(control) => (
        <Input
          {...control}
          type="text"
          maxLength={2000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && onSubmit()}
        />
      )}
    </Field>
  );
}
