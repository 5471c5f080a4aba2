import { integer, plural } from "#components/ui/format.ts";
import type { Monitor } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export interface MonitorGroup {
  readonly key: string;
  readonly title: string;
  readonly monitors: readonly Monitor[];
}
export interface MonitorSections {
  /** Always on screen: what alerts or cannot judge, and every rule that judges window by window. */
  readonly listed: readonly Monitor[];
  /** Evidence monitors at peace, by kind; they may be folded. */
  readonly groups: readonly MonitorGroup[];
}

/** So few are sooner read than unfolded. */
const FOLD_FROM = 6;

const KINDS: readonly { key: string; title: string; has: (metric: string) => boolean }[] = [
  { key: "drift", title: "Drift", has: (metric) => metric === "tv" },
  { key: "missing", title: "Missing values", has: (metric) => metric === "null_rate" },
  { key: "categories", title: "New categories", has: (metric) => metric === "new_category_rate" },
  { key: "performance", title: "Performance", has: (metric) => findMetric(metric)?.group === "performance" },
  { key: "others", title: "Others", has: () => true },
];

const AT_PEACE = new Set<Monitor["state"]>(["normal", "learning", "not-enough-data", "paused"]);

/** Keeps the order that it is given. A handful of evidence monitors needs no folding. */
export function monitorSections(monitors: readonly Monitor[]): MonitorSections {
  const quiet = monitors.filter(({ decide, state }) => decide === "evidence" && AT_PEACE.has(state));
  if (quiet.length < FOLD_FROM) return { listed: monitors, groups: [] };
  const kindOf = ({ metric }: Monitor) => KINDS.find(({ has }) => has(metric))?.key;
  return {
    listed: monitors.filter((monitor) => !quiet.includes(monitor)),
    groups: KINDS.map(({ key, title }) => ({
      key,
      title,
      monitors: quiet.filter((monitor) => kindOf(monitor) === key),
    })).filter((group) => group.monitors.length > 0),
  };
}

/** How far the evidence has come toward where it alarms, 0 to 1, on the logarithmic scale; null without any. */
export function evidenceShare({ evidence }: Pick<Monitor, "evidence">): number | null {
  if (!evidence || !(evidence.line > 0)) return null;
  return Math.max(0, Math.min(1, evidence.log10 / evidence.line));
}

/** `17 monitors: 15 healthy, 2 cannot judge yet` */
export function groupWords({ monitors }: MonitorGroup): string {
  const healthy = monitors.filter(({ state }) => state === "normal").length;
  const paused = monitors.filter(({ state }) => state === "paused").length;
  const blind = monitors.length - healthy - paused;
  const parts = [
    healthy > 0 ? `${integer(healthy)} healthy` : null,
    blind > 0 ? `${integer(blind)} cannot judge yet` : null,
    paused > 0 ? `${integer(paused)} paused` : null,
  ].filter((part) => part !== null);
  return `${plural(monitors.length, "monitor")}: ${parts.join(", ")}`;
}

/** The one that is nearest to its alarm, where there is any evidence at all. */
export function nearestAlarm({ monitors }: MonitorGroup): Monitor | null {
  const nearest = monitors.reduce<Monitor | null>(
    (found, monitor) =>
      (evidenceShare(monitor) ?? 0) > (found === null ? 0 : (evidenceShare(found) ?? 0)) ? monitor : found,
    null,
  );
  return nearest;
}
