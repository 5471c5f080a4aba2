import type { ReferenceSample } from "#server/references/reference-sample.ts";
import { foldLabels } from "#server/windows/fold-labels.ts";
import { PredictionFold, type WindowDelta } from "#server/windows/fold-predictions.ts";
import type { Layout } from "#server/windows/layout.ts";
import { LiveLayout } from "#server/windows/live-layout.ts";
import { textReader } from "#server/windows/read-columns.ts";
import { decodeSummary } from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";
import { WindowState } from "#server/windows/window-state.ts";

export interface SampleWindow {
  readonly start: number;
  readonly summary: Summary;
}

/** A reference's sampled rows as windows of a width, in the bins of a layout: how its windows scattered. Oldest first. */
export function sampleWindows(
  sample: ReferenceSample,
  layout: Layout,
  widthMs: number,
  feature: string | null,
): SampleWindow[] {
  const live = new LiveLayout({ ...layout, segmentKeys: [], segmentValues: [] });
  const positions = Uint32Array.from({ length: sample.count }, (_, row) => row);
  const fold = new PredictionFold(live, sample, positions, widthMs);
  fold.output(sample);
  const index = layout.features.findIndex(({ name }) => name === feature);
  const column = index < 0 ? null : sample.column(`features.${feature}`);
  const known = live.features[index];
  if (column !== null && known !== undefined) fold.feature(index, known, column);
  const byStart = new Map<number, WindowDelta[]>();
  for (const delta of [...fold.finish(), ...labelDeltas(live, sample, positions, widthMs)]) {
    const others = byStart.get(delta.start);
    if (others === undefined) byStart.set(delta.start, [delta]);
    else others.push(delta);
  }
  const pick = { features: feature === null ? [] : [feature], latency: false };
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([start, deltas]) => {
      const state = new WindowState(null, layout.generation);
      state.add(deltas);
      const key = { modelId: layout.modelId, version: layout.version, levelMs: widthMs, start };
      return { start, summary: decodeSummary(state.toRecord(key, 0), layout, pick) };
    });
}

function labelDeltas(
  live: LiveLayout,
  sample: ReferenceSample,
  positions: Uint32Array,
  widthMs: number,
): WindowDelta[] {
  const label = sample.column("label");
  if (label === null) return [];
  const read =
    live.base.task === "regression" && label.kind === "number"
      ? (row: number) => finite(label.values[row])
      : textReader(label);
  const labels = Array.from(positions, (row) => read(row));
  return foldLabels(live, sample, positions, [], labels, { widthMs });
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
