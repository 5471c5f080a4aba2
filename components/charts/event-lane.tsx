"use client";
import Link from "next/link";
import { GUTTER_LEFT_PX, GUTTER_RIGHT_PX } from "#components/charts/chart-geometry.ts";
import { eventIcon, type LaneMark, prepareLane } from "#components/charts/prepare-lane.ts";
import { useBoxWidth } from "#components/charts/use-box-width.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { instantText } from "#components/ui/time.ts";
import type { TimelineEvent } from "#server/api/contract.ts";

export interface EventLaneProps {
  events: readonly TimelineEvent[];
  fromMs: number;
  toMs: number;
  zone: string;
}

/** What changed, over the same time axis as the chart under it. A mark opens who, what and when. */
export function EventLane({ events, fromMs, toMs, zone }: EventLaneProps) {
  const [ref, width] = useBoxWidth();
  const plot = width - GUTTER_LEFT_PX - GUTTER_RIGHT_PX;
  const marks = plot > 0 ? prepareLane(events, fromMs, toMs, plot) : [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields
    <div className="lane" ref={ref} role="group" aria-label="Events">
      {marks.map((mark) => (
        <span
          key={mark.events[0]?.id}
          className={`mark-at${mark.flip ? " flip" : ""}`}
          style={{ left: GUTTER_LEFT_PX + mark.place * plot }}
        >
          <Mark mark={mark} zone={zone} />
        </span>
      ))}
    </div>
  );
}

function Mark({ mark, zone }: { mark: LaneMark; zone: string }) {
  const spoken = mark.events
    .map((event) => `${instantText(Date.parse(event.at), zone)}: ${eventWords(event)}`)
    .join("; ");
  return (
    <Menu
      role="dialog"
      buttonClass={mark.label ? "mark wide" : "mark"}
      label={mark.label ? `${mark.label}. ${spoken}` : spoken}
      button={
        <>
          <Icon name={mark.icon} />
          {mark.label}
        </>
      }
    >
      {() => (
        <ul className="list slim">
          {mark.events.map((event) => (
            <EventLine key={event.id} event={event} zone={zone} />
          ))}
        </ul>
      )}
    </Menu>
  );
}

export function EventLine({ event, zone, href }: { event: TimelineEvent; zone: string; href?: string }) {
  const words = eventWords(event);
  const at = Date.parse(event.at);
  return (
    <li>
      <Icon name={eventIcon(event)} size="s" />
      <span className="t">{href ? <Link href={href}>{words}</Link> : words}</span>
      <time className="w" dateTime={event.at} title={`${instantText(at, zone)}, by ${event.actor}`}>
        {instantText(at, zone)}
      </time>
    </li>
  );
}

const KIND_WORDS: Record<TimelineEvent["kind"], string> = {
  deploy: "deployed",
  stage: "changed its stage",
  note: "Note",
  schema: "Schema changed",
  reference: "Reference changed",
  monitor: "Monitor changed",
  "new-category": "New value",
};

export function eventWords(event: TimelineEvent): string {
  if (event.text) return event.text;
  if (event.kind === "stage" && event.version) return `${event.version} became ${event.stage}`;
  if (event.kind === "deploy" && event.version) return `${event.version} deployed`;
  return KIND_WORDS[event.kind];
}
