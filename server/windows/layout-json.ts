import type { Bins, Layout } from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";

/** The fixed grid is named, not spelled out: a layout before its reference stays small. */
function packBins(bins: Bins): unknown {
  return bins.kind === "number" && bins.origin === "grid" ? { kind: "number", origin: "grid" } : bins;
}

function unpackBins<T extends Bins>(bins: T): T | typeof LOG_GRID {
  return bins.kind === "number" && bins.origin === "grid" ? LOG_GRID : bins;
}

export function stringifyLayout(layout: Layout): string {
  return JSON.stringify({
    ...layout,
    features: layout.features.map((feature) => ({ ...feature, bins: packBins(feature.bins) })),
    output: layout.output === null ? null : { ...layout.output, bins: packBins(layout.output.bins) },
  });
}

/** Reads what stringifyLayout wrote; layouts never come from outside. */
export function parseLayout(json: string): Layout {
  const layout: Layout = JSON.parse(json);
  return {
    ...layout,
    features: layout.features.map((feature) => ({ ...feature, bins: unpackBins(feature.bins) })),
    output: layout.output === null ? null : { ...layout.output, bins: unpackBins(layout.output.bins) },
  };
}
