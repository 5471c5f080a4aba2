import { linear } from "#components/charts/scale.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { TimelineEvent } from "#server/api/contract.ts";

export interface LaneMark {
  /** 0–1 along the range. */
  place: number;
  icon: IconName;
  /** Words beside the shape, for what changed the model itself. */
  label: string | null;
  events: TimelineEvent[];
  /** Words go to the left where the right edge is near. */
  flip: boolean;
}

const MERGE_PX = 24;
/** Room that words need before the next mark: the shape, then letters. */
const SHAPE_PX = 26;
const LETTER_PX = 6.5;
const roomFor = (label: string) => SHAPE_PX + label.length * LETTER_PX;

export function eventIcon({ kind, stage }: Pick<TimelineEvent, "kind" | "stage">): IconName {
  switch (kind) {
    case "deploy":
      return "deploy";
    case "stage":
      return stage === "champion" ? "version" : "challenger";
    case "schema":
      return "schema";
    case "reference":
      return "reference";
    case "monitor":
      return "edit";
    case "new-category":
      return "fresh";
    default:
      return "note";
  }
}

/** Events over a chart; those closer than 24 px, the least a finger or pointer can hit, become one mark with a count. */
export function prepareLane(
  events: readonly TimelineEvent[],
  fromMs: number,
  toMs: number,
  widthPx: number,
): LaneMark[] {
  const x = linear([fromMs, toMs], [0, widthPx]);
  const inRange = events
    .filter((event) => Date.parse(event.at) >= fromMs && Date.parse(event.at) < toMs)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const groups: { at: number; events: TimelineEvent[] }[] = [];
  for (const event of inRange) {
    const at = x(Date.parse(event.at));
    const last = groups[groups.length - 1];
    if (last && at - last.at < MERGE_PX) last.events.push(event);
    else groups.push({ at, events: [event] });
  }
  return groups.map((group, index) => {
    const next = groups[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const main = group.events.find((event) => event.kind === "stage") ?? group.events[0];
    const label = main ? labelOf(main, group.events.length) : null;
    const needed = label === null ? 0 : roomFor(label);
    const flip = group.at > widthPx - needed;
    const before = groups[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
    const room = flip ? group.at - before : next - group.at;
    return {
      place: widthPx > 0 ? group.at / widthPx : 0,
      icon: main ? eventIcon(main) : "note",
      label: room >= needed ? label : countOnly(group.events.length),
      events: group.events,
      flip,
    };
  });
}

function labelOf(event: TimelineEvent, count: number): string | null {
  const more = count > 1 ? ` +${count - 1}` : "";
  if (event.kind === "stage" && event.version) {
    const word = event.stage === "champion" ? "live" : (event.stage ?? "");
    return `${event.version} ${word}${more}`;
  }
  if (event.kind === "deploy" && event.version) return `${event.version} deployed${more}`;
  return countOnly(count);
}
const countOnly = (count: number) => (count > 1 ? String(count) : null);
