import { DAY_MS, HOUR_MS, MINUTE_MS, parseInstant } from "#components/ui/time.ts";
import type { WindowName } from "#server/api/contract.ts";

export const PRESETS = ["1h", "6h", "24h", "7d", "30d", "90d", "180d", "1y", "all"] as const;
export type Preset = (typeof PRESETS)[number];

export const PRESET_WORDS: Record<Preset, string> = {
  "1h": "Last hour",
  "6h": "Last 6 hours",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "180d": "Last 180 days",
  "1y": "Last year",
  all: "All of it",
};

const PRESET_MS: Record<Exclude<Preset, "all">, number> = {
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "90d": 90 * DAY_MS,
  "180d": 180 * DAY_MS,
  "1y": 365 * DAY_MS,
};

export type TimeRange =
  | { kind: "relative"; preset: Preset }
  | { kind: "absolute"; fromMs: number; toMs: number };

/** What the URL's `t` says; null when it says nothing that can be read. */
export function parseRange(text: string): TimeRange | null {
  const preset = PRESETS.find((one) => one === text);
  if (preset) return { kind: "relative", preset };
  const [from, to, ...rest] = text.split("..");
  const fromMs = parseInstant(from);
  const toMs = parseInstant(to);
  if (fromMs === null || toMs === null || rest.length > 0 || fromMs >= toMs) return null;
  return { kind: "absolute", fromMs, toMs };
}

export function writeRange(range: TimeRange): string {
  if (range.kind === "relative") return range.preset;
  return `${shortIso(range.fromMs)}..${shortIso(range.toMs)}`;
}
const shortIso = (ms: number) => new Date(ms).toISOString().replace(/(:00)?\.000Z$/, "Z");

/** What is known of a model's time. */
export interface History {
  firstMs: number | null;
  /** Newest event time. */
  watermarkMs: number | null;
}

/** A young model starts with a short range, so that the first screen is never mostly empty. */
export function defaultPreset({ firstMs, watermarkMs }: History): Preset {
  if (firstMs === null || watermarkMs === null) return "24h";
  const days = (watermarkMs - firstMs) / DAY_MS;
  if (days < 2) return "24h";
  return days < 21 ? "7d" : "30d";
}

export interface ResolvedRange {
  fromMs: number;
  toMs: number;
  /** True when *last 7 days* ends at the newest row, because more than half of the range would be empty otherwise. */
  endsAtData: boolean;
}

/** Relative ranges end now, or at the newest row where more than half of the range would be empty otherwise. */
export function resolveRange(range: TimeRange, history: History, nowMs: number): ResolvedRange {
  if (range.kind === "absolute") return { fromMs: range.fromMs, toMs: range.toMs, endsAtData: false };
  const watermarkMs = history.watermarkMs ?? nowMs;
  if (range.preset === "all") {
    const fromMs = Math.min(history.firstMs ?? nowMs - DAY_MS, nowMs - HOUR_MS);
    const stale = nowMs - watermarkMs > (watermarkMs - fromMs) / 2;
    return { fromMs, toMs: stale ? watermarkMs + 1 : nowMs, endsAtData: stale };
  }
  const spanMs = PRESET_MS[range.preset];
  const endsAtData = nowMs - watermarkMs > spanMs / 2;
  const toMs = endsAtData ? watermarkMs + 1 : nowMs;
  return { fromMs: toMs - spanMs, toMs, endsAtData };
}

export type FixedWindow = Exclude<WindowName, "all">;
export const WINDOW_MS: Record<FixedWindow, number> = {
  "5m": 5 * MINUTE_MS,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "1d": DAY_MS,
  "7d": 7 * DAY_MS,
};
export const WINDOW_WORDS: Record<FixedWindow, string> = {
  "5m": "5 min",
  "1h": "1 hour",
  "6h": "6 hours",
  "1d": "1 day",
  "7d": "1 week",
};
/** “by week” */
export const BY_WINDOW: Record<FixedWindow, string> = {
  "5m": "by 5 min",
  "1h": "by hour",
  "6h": "by 6 hours",
  "1d": "by day",
  "7d": "by week",
};
export const FIXED_WINDOWS = ["5m", "1h", "6h", "1d", "7d"] as const satisfies readonly FixedWindow[];

const POINTS_MAX = 400;
/** Fewer, fuller windows say more than many thin ones: about this many are drawn when nobody chose. */
const POINTS_AIM = 45;

export interface ChosenWindow {
  window: FixedWindow;
  /** What was asked for, when it had to be widened to keep the number of points in bounds. */
  widenedFrom: FixedWindow | null;
}

export function chooseWindow(asked: FixedWindow | "auto", spanMs: number, smallestMs: number): ChosenWindow {
  const kept = FIXED_WINDOWS.filter((name) => WINDOW_MS[name] >= smallestMs);
  const usable = kept.length > 0 ? kept : (["7d"] as const);
  const fits = (name: FixedWindow) => spanMs / WINDOW_MS[name] <= POINTS_MAX;
  if (asked !== "auto") {
    if (usable.some((name) => name === asked) && fits(asked)) return { window: asked, widenedFrom: null };
    const wider = usable.find((name) => WINDOW_MS[name] >= WINDOW_MS[asked] && fits(name)) ?? "7d";
    return { window: wider, widenedFrom: asked };
  }
  const distance = (name: FixedWindow) => Math.abs(Math.log(spanMs / WINDOW_MS[name] / POINTS_AIM));
  const best = usable
    .filter(fits)
    .reduce<FixedWindow | null>(
      (found, name) => (found === null || distance(name) < distance(found) ? name : found),
      null,
    );
  return { window: best ?? "7d", widenedFrom: null };
}

/**
 * Widens a range to whole windows, so that its question stays the same until a window ends. Weeks go by whole days only:
 * which day they start on is the server's to say, and charts show whole windows as they come.
 */
export function alignRange(
  fromMs: number,
  toMs: number,
  window: FixedWindow,
): { fromMs: number; toMs: number } {
  const stepMs = Math.min(WINDOW_MS[window], DAY_MS);
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs };
}

/** The same length of time, before or after. */
export function shiftRange({ fromMs, toMs }: { fromMs: number; toMs: number }, direction: -1 | 1): TimeRange {
  const spanMs = toMs - fromMs;
  return { kind: "absolute", fromMs: fromMs + direction * spanMs, toMs: toMs + direction * spanMs };
}

/** Half or double the length around the end of the range. */
export function zoomRange({ fromMs, toMs }: { fromMs: number; toMs: number }, factor: number): TimeRange {
  return { kind: "absolute", fromMs: toMs - (toMs - fromMs) * factor, toMs };
}
