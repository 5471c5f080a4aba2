"use client";
import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import { useModelDetail } from "#components/shell/model-frame.tsx";
import { scopeParsers } from "#components/shell/search-params.ts";
import {
  alignRange,
  chooseWindow,
  defaultPreset,
  type FixedWindow,
  resolveRange,
  type TimeRange,
  WINDOW_MS,
} from "#components/shell/time-range.ts";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { parseInstant } from "#components/ui/time.ts";
import type { ModelDetail } from "#server/api/contract.ts";

export interface Scope {
  model: string;
  detail: ModelDetail;
  /** What the URL asks for, or the default. */
  range: TimeRange;
  /** Whole windows around it. */
  fromMs: number;
  toMs: number;
  endsAtData: boolean;
  window: FixedWindow;
  windowMs: number;
  askedWindow: FixedWindow | "auto";
  widenedFrom: FixedWindow | null;
  /** Undefined means live: the champion of each instant. */
  version: string | undefined;
  segment: string | undefined;
  zone: string;
  nowMs: number;
  /** Spread into a `metrics.query`, `drift.distribution` or `performance.*` input. */
  asked: {
    model: string;
    from: string;
    to: string;
    version: string | undefined;
    segment: string | undefined;
  };
}

const DURATION = /^(\d+)(m|h|d)$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
function durationMs(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count && (unit === "m" || unit === "h" || unit === "d") ? Number(count) * UNIT_MS[unit] : UNIT_MS.h;
}

/** Time, window, version and segment that the pages of a model share; all of it lives in the URL. */
export function useScope(): Scope {
  const detail = useModelDetail();
  const [{ t, w, v, seg }] = useQueryStates(scopeParsers);
  const { zone } = useZone();
  const nowMs = useNow();
  const segment = seg[0];
  return useMemo(() => {
    const history = { firstMs: parseInstant(detail.firstTs), watermarkMs: parseInstant(detail.watermark) };
    const range = t ?? { kind: "relative" as const, preset: defaultPreset(history) };
    const resolved = resolveRange(range, history, nowMs);
    const { window, widenedFrom } = chooseWindow(
      w,
      resolved.toMs - resolved.fromMs,
      durationMs(detail.window),
    );
    const { fromMs, toMs } = alignRange(resolved.fromMs, resolved.toMs, window);
    const version = v === "live" ? undefined : v;
    return {
      model: detail.model,
      detail,
      range,
      fromMs,
      toMs,
      endsAtData: resolved.endsAtData,
      window,
      windowMs: WINDOW_MS[window],
      askedWindow: w,
      widenedFrom,
      version,
      segment,
      zone,
      nowMs,
      asked: {
        model: detail.model,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        version,
        segment,
      },
    };
  }, [detail, t, w, v, segment, zone, nowMs]);
}
