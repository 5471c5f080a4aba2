"use client";
import Link from "next/link";
import { evidenceHref, predictionsHref } from "#components/alerts/alert-links.ts";
import {
  beforeWords,
  certaintySentence,
  sinceWords,
  whereWords,
  windowsBeyond,
} from "#components/alerts/alert-words.ts";
import { type AlertActions, whyNot } from "#components/alerts/use-alert-actions.ts";
import { eventWords } from "#components/charts/event-lane.tsx";
import { eventIcon } from "#components/charts/prepare-lane.ts";
import { modelPath } from "#components/shell/carry.ts";
import { WINDOW_MS, WINDOW_WORDS } from "#components/shell/time-range.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { integer, plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { AlertDetail } from "#server/api/contract.ts";

export function AlertFacts({ alert, actions }: { alert: AlertDetail; actions: AlertActions }) {
  return (
    <dl className="facts">
      <Since alert={alert} />
      <HowSure alert={alert} />
      {alert.kind === "breach" ? (
        <>
          <HowBad alert={alert} />
          <Where alert={alert} />
        </>
      ) : (
        <Meanwhile />
      )}
      <WhyLikely alert={alert} />
      <DoNow alert={alert} actions={actions} />
    </dl>
  );
}

function Since({ alert }: { alert: AlertDetail }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const words = sinceWords(alert, WINDOW_MS[alert.rule.window], zone, nowMs);
  return (
    <div>
      <dt>Since</dt>
      <dd>
        {alert.kind === "breach" ? (
          <>
            Most likely began in the window <b>{words.onset}</b>.{" "}
          </>
        ) : null}
        Alarm <b>{words.alarm}</b>
        {words.notice ? `; ${words.notice} from the start of that window to the alarm.` : "."}
        {words.ended ? ` ${words.ended}` : ""}
      </dd>
    </div>
  );
}

function HowSure({ alert }: { alert: AlertDetail }) {
  const { beyond, judged } = windowsBeyond(alert);
  const word = WINDOW_WORDS[alert.rule.window];
  return (
    <div>
      <dt>How sure</dt>
      <dd>
        {certaintySentence(alert)}
        {judged > 1
          ? ` ${integer(beyond)} of ${plural(judged, "window")} of ${word} since the onset were beyond it.`
          : ""}
        {alert.closeReason === "retracted"
          ? " Late labels do not support this alert any more; it is kept for the record."
          : ""}
      </dd>
    </div>
  );
}

function Meanwhile() {
  return (
    <div>
      <dt>Meanwhile</dt>
      <dd>
        Nothing is judged, and an alert that is open stays open; it is neither cleared nor raised again.
      </dd>
    </div>
  );
}

function HowBad({ alert }: { alert: AlertDetail }) {
  return (
    <div>
      <dt>How bad</dt>
      <dd>
        <b>{plural(alert.affected, "prediction")}</b> {alert.closedAt === null ? "so far since" : "from"} the
        onset
        {alert.closedAt === null ? "." : " until it was resolved."}
      </dd>
    </div>
  );
}

function Where({ alert }: { alert: AlertDetail }) {
  const words = whereWords(alert.where, alert);
  return (
    <div>
      <dt>Where</dt>
      <dd>
        {words ? (
          <>
            <b>{words.head}</b> {words.body} <a href="#where">By segment</a>
          </>
        ) : alert.segment !== null ? (
          <>This monitor watches one segment only: {alert.segment.replace(":", " ")}.</>
        ) : (
          <>
            No segments to compare.{" "}
            <Link href={modelPath(alert.model, "settings")}>Choose features as segments</Link>
          </>
        )}
      </dd>
    </div>
  );
}

const SHOWN_MAX = 3;

function WhyLikely({ alert }: { alert: AlertDetail }) {
  const near = beforeWords(alert.before, Date.parse(alert.onset)).slice(0, SHOWN_MAX);
  return (
    <div>
      <dt>Why likely</dt>
      <dd>
        {near.length === 0 ? (
          <>Nothing was recorded shortly before: no release, schema, reference or monitor change.</>
        ) : (
          <ol>
            {near.map(({ event, gap }, index) => (
              <li key={event.id}>
                <span className="no">{index + 1}</span>
                <Icon name={eventIcon(event)} />
                <span>
                  <b>{eventWords(event)}</b> {event.actor ? `by ${event.actor}` : ""}
                </span>
                <span className="when">{gap}</span>
              </li>
            ))}
          </ol>
        )}
      </dd>
    </div>
  );
}

const isWebAddress = (text: string) => /^https?:\/\/\S+$/.test(text);

function DoNow({ alert, actions }: { alert: AlertDetail; actions: AlertActions }) {
  const runbook = alert.runbook.trim();
  return (
    <div>
      <dt>Do now</dt>
      <dd>
        <div className="acts2">
          <LinkButton href={predictionsHref(alert.rows)}>See the predictions behind it</LinkButton>
          {isWebAddress(runbook) ? (
            <a className="btn" href={runbook} target="_blank" rel="noreferrer">
              Runbook <Icon name="out" size="s" />
            </a>
          ) : null}
          <LinkButton href={evidenceHref(alert)}>
            {alert.feature === null ? "Open performance" : "Open the feature"}
          </LinkButton>
          <LinkButton href={modelPath(alert.model, "monitors", alert.monitorId)}>
            Tune this monitor
          </LinkButton>
          <Button off={whyNot("silence", alert)} onClick={() => actions.ask("silence", alert)}>
            Silence…
          </Button>
        </div>
        {runbook !== "" && !isWebAddress(runbook) ? <p className="runbook">{runbook}</p> : null}
        {runbook === "" ? (
          <p className="why-off">
            This monitor has no runbook.{" "}
            <Link href={modelPath(alert.model, "monitors", alert.monitorId)}>Add one</Link>
          </p>
        ) : null}
      </dd>
    </div>
  );
}
