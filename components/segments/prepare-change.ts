import { roundToSum } from "#components/segments/round-to-sum.ts";
import { grainOf, metricName, metricWord } from "#components/segments/segment-metrics.ts";
import { NOTHING, percent } from "#components/ui/format.ts";
import type { Compared, SegmentChange, SegmentChangePart } from "#server/api/contracts/segments.ts";

export interface ChangeBar {
  readonly value: number;
  readonly lo: number | null;
  readonly hi: number | null;
}

export interface ChangeRow {
  readonly key: string;
  readonly name: string;
  readonly share: string;
  readonly values: string;
  readonly mix: string;
  readonly within: string;
  readonly total: string;
  readonly bars: readonly ChangeBar[];
  readonly note: string | null;
  readonly small: boolean;
}

export interface ChangeModel {
  readonly isExact: boolean;
  readonly unit: string;
  readonly rows: readonly ChangeRow[];
  readonly small: readonly ChangeRow[];
  /** The total line: its cells are the sums of the columns as they are written. */
  readonly total: { readonly mix: string; readonly within: string; readonly total: string };
  readonly shared: string | null;
  readonly domain: readonly [number, number];
  readonly from: string;
  readonly to: string;
}

/** Everything that the panel writes; rounded so that what is written adds up. */
export function prepareChange(change: SegmentChange): ChangeModel | null {
  if (change.change === null || change.before.value === null || change.after.value === null) return null;
  const grain = grainOf(change.metric);
  const steps = (value: number) => Math.round(value / grain.step);
  const [from, to] = [steps(change.before.value), steps(change.after.value)];
  const isExact = change.mix !== null;
  const written = writtenParts(change, to - from, grain.step);
  const rows = change.parts.map((part, index): ChangeRow => {
    const own = written.parts[index] ?? { mix: 0, within: 0, total: 0 };
    return {
      key: part.value ?? "",
      name: part.value ?? "(no value)",
      share: `${percent(part.before.share, 1)} → ${percent(part.after.share, 1)}`,
      values: `${shown(part.before.value, grain)} → ${shown(part.after.value, grain)}`,
      mix: isExact ? grain.write(own.mix) : NOTHING,
      within: isExact ? grain.write(own.within) : NOTHING,
      total: part.total === null ? NOTHING : grain.write(own.total),
      bars: (isExact ? [part.mix, part.within] : [part.total]).map(barOf),
      note: noteOf(part),
      small: part.small,
    };
  });
  const { mix, within, total, shared } = written.sums;
  return {
    isExact,
    unit: grain.unit,
    rows: rows.filter((row) => !row.small),
    small: rows.filter((row) => row.small),
    total: { mix: grain.write(mix), within: grain.write(within), total: grain.write(total) },
    shared: shared === null ? null : grain.write(shared),
    domain: domainOf(rows.filter((row) => !row.small)),
    from: grain.value(from),
    to: grain.value(to),
  };
}

function shown(value: number | null, grain: ReturnType<typeof grainOf>): string {
  return value === null ? NOTHING : grain.value(Math.round(value / grain.step));
}

interface Written {
  readonly parts: ReadonlyArray<{ mix: number; within: number; total: number }>;
  readonly sums: { mix: number; within: number; total: number; shared: number | null };
}

function writtenParts(change: SegmentChange, total: number, step: number): Written {
  const of = (pick: (part: SegmentChangePart) => Compared | null) =>
    change.parts.map((part) => (pick(part)?.value ?? 0) / step);
  if (change.mix === null) {
    const parts = of((part) => part.total).map((value) => Math.round(value));
    const sum = parts.reduce((all, value) => all + value, 0);
    return {
      parts: parts.map((value) => ({ mix: 0, within: 0, total: value })),
      sums: { mix: 0, within: 0, total, shared: change.shared === null ? null : total - sum },
    };
  }
  const mix = Math.round(change.mix.value / step);
  const mixes = roundToSum(
    of((part) => part.mix),
    mix,
  );
  const withins = roundToSum(
    of((part) => part.within),
    total - mix,
  );
  return {
    parts: mixes.map((own, index) => ({
      mix: own,
      within: withins[index] ?? 0,
      total: own + (withins[index] ?? 0),
    })),
    sums: { mix, within: total - mix, total, shared: null },
  };
}

function barOf(part: Compared | null): ChangeBar {
  return { value: part?.value ?? 0, lo: part?.ci?.lo ?? null, hi: part?.ci?.hi ?? null };
}

/** What keeps a part from being read as it stands. */
function noteOf({ onlyOn, before, after }: SegmentChangePart): string | null {
  if (onlyOn === "after") return "new: it had no rows before";
  if (onlyOn === "before") return "gone: it has no rows now";
  const lacks = after.coverage !== null && before.coverage !== null && after.coverage < 0.8 * before.coverage;
  return lacks ? `labels still coming: ${percent(after.coverage ?? 0, 0)} have one` : null;
}

function domainOf(rows: readonly ChangeRow[]): [number, number] {
  const all = rows.flatMap(({ bars }) =>
    bars.flatMap(({ value, lo, hi }) => [value, lo ?? value, hi ?? value]),
  );
  const low = Math.min(0, ...all);
  const high = Math.max(0, ...all);
  return low === high ? [-1, 1] : [low, high];
}

/** “Accuracy fell by 1.41 points, from 74.93 % to 73.52 %; it lies within the segments.” */
export function changeSentence(change: SegmentChange, model: ChangeModel, against: string): string {
  const name = metricName(change.metric);
  const unit = model.unit === "" ? "" : ` ${model.unit}`;
  const moved = movedWord(change);
  const size = model.total.total.replace(/^[+−]/, "");
  const span = `from ${model.from} ${against} to ${model.to}`;
  const verb =
    moved === null
      ? `did not clearly change: ${model.total.total}${unit}, ${span}`
      : `${moved} by ${size}${unit}, ${span}`;
  return `${name} ${verb}.`;
}

function movedWord({ change }: SegmentChange): "rose" | "fell" | null {
  if (change === null) return null;
  const { value, ci } = change;
  if (ci !== null && ci.lo <= 0 && ci.hi >= 0) return null;
  return value > 0 ? "rose" : "fell";
}

/** Which of the two it is, where the numbers say it. */
export function mixOrWithin(change: SegmentChange, model: ChangeModel, key: string): string {
  if (change.mix === null || change.within === null || change.change === null) {
    const left = model.shared === null ? "" : `; ${model.shared} belongs to no single ${key}`;
    return `Each ${key} is put back to what it was, one at a time${left}. ${metricName(change.metric)} is no mean, so these do not add up by themselves.`;
  }
  const unit = model.unit === "" ? "" : ` ${model.unit}`;
  const sums = `${model.total.mix}${unit} because the shares changed, ${model.total.within}${unit} because ${metricWord(change.metric)} within a ${key} changed`;
  return `Of this, ${sums}.`;
}

/** “The change is … because the scores changed and … because labels at the same score did.” */
export function scoreSentence(change: SegmentChange): string | null {
  const { score, metric } = change;
  if (score === null) return change.noScore;
  const grain = grainOf(metric);
  const total = Math.round(score.change / grain.step);
  const cut = score.threshold;
  const parts = [score.scores.value, score.labels.value, ...(cut === null ? [] : [cut.value])];
  const [scores = 0, labels = 0, threshold = 0] = roundToSum(
    parts.map((value) => value / grain.step),
    total,
  );
  const unit = grain.unit === "" ? "" : ` ${grain.unit}`;
  const whole = `By score: ${grain.write(scores)}${unit}${doubt(score.scores)} because rows got other scores, and ${grain.write(labels)}${unit}${doubt(score.labels)} because rows of the same score turned out otherwise`;
  const third = cut === null ? "" : `, and ${grain.write(threshold)}${unit} because the threshold moved`;
  const fresh =
    score.newRegion >= 0.01
      ? ` ${percent(score.newRegion)} of the rows have scores that were not seen before; they count to the scores.`
      : "";
  return `${whole}${third}.${fresh}`;
}

function doubt({ ci }: Compared): string {
  return ci !== null && ci.lo <= 0 && ci.hi >= 0 ? " (not clear of zero)" : "";
}
