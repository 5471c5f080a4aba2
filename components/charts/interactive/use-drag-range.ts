"use client";
import { type PointerEvent, useState } from "react";
import type { PlotBox } from "#components/charts/chart-geometry.ts";
import { clamp, linear } from "#components/charts/scale.ts";

export interface DragRange {
  fromMs: number;
  toMs: number;
}
interface Drag {
  startPx: number;
  endPx: number;
}

/** Shorter drags are clicks. */
const LEAST_PX = 8;

/** The part of the time axis between two places in the plot, in order and within the axis. */
export function draggedRange(drag: Drag, box: PlotBox, domain: readonly [number, number]): DragRange | null {
  if (Math.abs(drag.endPx - drag.startPx) < LEAST_PX) return null;
  const time = linear([box.left, box.right], domain);
  const [a, b] = [drag.startPx, drag.endPx].map((px) => time(clamp(px, [box.left, box.right])));
  if (a === undefined || b === undefined || a === b) return null;
  return { fromMs: Math.round(Math.min(a, b)), toMs: Math.round(Math.max(a, b)) };
}

/** Dragging over a plot chooses a range of time; typing one in the range menu does the same without a pointer. */
export function useDragRange(
  box: PlotBox,
  domain: readonly [number, number],
  onRange: ((range: DragRange) => void) | undefined,
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const placeOf = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  if (!onRange) return { drag: null, handlers: {} };
  const finish = () => {
    const range = drag && draggedRange(drag, box, domain);
    setDrag(null);
    if (range) onRange(range);
  };
  return {
    drag,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        const at = placeOf(event);
        if (event.button !== 0 || event.pointerType === "touch" || at < box.left || at > box.right) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ startPx: at, endPx: at });
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (drag) setDrag({ ...drag, endPx: placeOf(event) });
      },
      onPointerUp: finish,
      onPointerCancel: () => setDrag(null),
    },
  };
}
