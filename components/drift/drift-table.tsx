"use client";
import Link from "next/link";
import { type KeyboardEvent, useRef } from "react";
import { HeatAxis } from "#components/charts/heat-axis.tsx";
import { HeatLegend, HeatStrip, RatioBar } from "#components/charts/light-charts.tsx";
import { versionChanges } from "#components/charts/prepare-heat.ts";
import { type DriftRow, type DriftVerdict, VERDICT_WORDS } from "#components/drift/prepare-drift.ts";
import { integer, NOTHING, plural, times } from "#components/ui/format.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { IntervalText } from "#components/ui/interval.tsx";
import { metricLimit, metricShort } from "#components/ui/metric-words.ts";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { dayText } from "#components/ui/time.ts";
import "#components/drift/drift.css";

export interface DriftTableProps {
  rows: readonly DriftRow[];
  metric: string;
  fromMs: number;
  toMs: number;
  zone: string;
  /** Shift of the mean in sd, or TV: a second look at the same change. */
  effects?: ReadonlyMap<string, string>;
  selected?: string | null;
  /** Without it, names lead to the feature's page. */
  onSelect?: (feature: string) => void;
  hrefOf: (feature: string) => string;
}

const VERDICT_ICONS: Record<DriftVerdict, IconName> = {
  over: "ticket",
  "may-be": "moved",
  within: "ok",
  low: "low",
  none: "nodata",
};

/** Features ranked by value ÷ limit, each with its history: list and heatmap in one. */
export function DriftTable(props: DriftTableProps) {
  const { rows, metric, fromMs, toMs, zone, effects, onSelect } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const cells = rows[0]?.cells ?? [];
  const startMs = cells[0]?.fromMs ?? fromMs;
  const endMs = cells.at(-1)?.toMs ?? toMs;
  return (
    <ScrollRegion label="Features by drift">
      <table className={`dense drift-table${effects ? " with-effects" : ""}`}>
        <caption className="sr">
          Features by {metricShort(metric)} now, and its value divided by the limit through time
        </caption>
        <colgroup>
          <col className="w-feature" />
          <col className="w-ratio" />
          <col className="w-value" />
          {effects ? <col className="w-effect" /> : null}
          <col className="w-since" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Now ÷ limit</th>
            <th scope="col">{metricShort(metric)}, 95 % interval</th>
            {effects ? <th scope="col">Effect</th> : null}
            <th scope="col">Over since</th>
            <th scope="col">
              <HeatAxis fromMs={startMs} toMs={endMs} zone={zone} widthPx={380} />
              <span className="sr">Through time</span>
            </th>
          </tr>
        </thead>
        <tbody
          ref={body}
          onKeyDown={
            onSelect ? (event) => moveSelection(event, rows, props.selected ?? null, onSelect) : undefined
          }
        >
          {rows.map((row) => (
            <Line key={row.feature} row={row} {...props} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function moveSelection(
  event: KeyboardEvent,
  rows: readonly DriftRow[],
  selected: string | null,
  onSelect: (feature: string) => void,
): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const at = rows.findIndex((row) => row.feature === selected);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  if (!next) return;
  onSelect(next.feature);
  const buttons = event.currentTarget.querySelectorAll<HTMLButtonElement>("th button");
  buttons[rows.indexOf(next)]?.focus();
}

function Line({ row, zone, effects, selected, onSelect, hrefOf }: DriftTableProps & { row: DriftRow }) {
  const on = row.feature === selected;
  const icon = row.silenced ? "silenced" : VERDICT_ICONS[row.verdict];
  const word = row.silenced ? "Silenced" : VERDICT_WORDS[row.verdict];
  return (
    <tr
      className={`${onSelect ? "pick" : ""}${on ? " on" : ""}${row.silenced ? " hush" : ""}`}
      onClick={onSelect ? () => onSelect(row.feature) : undefined}
    >
      <th scope="row">
        {onSelect ? (
          <button type="button" aria-pressed={on} title={row.label}>
            {row.label}
          </button>
        ) : (
          <Link href={hrefOf(row.feature)} title={row.label}>
            {row.label}
          </Link>
        )}
      </th>
      <td className="ratio">
        <Icon name={icon} size="xs" label={word} />
        <span className="times">{row.ratio === null ? NOTHING : times(row.ratio)}</span>
        <RatioBar ratio={row.ratio ?? 0} over={row.verdict === "over" && !row.silenced} width={40} />
      </td>
      <td className="value">
        <IntervalText point={row.now} />
      </td>
      {effects ? (
        <td className="effect">{effects.get(row.feature) ?? <span className="subtle">{NOTHING}</span>}</td>
      ) : null}
      <td className="since muted">{sinceWords(row, zone)}</td>
      <td className="heatcell">
        <HeatStrip cells={row.cells} faded={row.silenced} label={stripWords(row)} />
      </td>
    </tr>
  );
}

function sinceWords(row: DriftRow, zone: string): string {
  if (row.overSinceMs !== null) return dayText(row.overSinceMs, zone);
  if (row.verdict === "may-be") return "may be over";
  if (row.verdict === "none" && row.now?.status === "EMPTY") return "no values";
  return row.verdict === "low" ? "too few rows" : NOTHING;
}

function stripWords(row: DriftRow): string {
  const judged = row.cells.filter((cell) => cell.kind === "value");
  const over = judged.filter((cell) => (cell.ratio ?? 0) > 1).length;
  return `${integer(over)} of ${plural(judged.length, "window")} over the limit`;
}

/** The scale of the colours; says too where a reference changed. */
export function DriftLegend({ rows }: { rows: readonly DriftRow[] }) {
  return <HeatLegend changed={rows.some((row) => versionChanges(row.cells).length > 0)} />;
}

/** `its limit 0.20`, or that limits differ. */
export function limitWords(rows: readonly DriftRow[], metric: string): string {
  const limits = new Set(rows.map((row) => row.limit));
  const [only] = limits;
  return limits.size === 1 && only !== undefined
    ? `its limit ${metricLimit(metric, only)}`
    : "the feature’s own limit";
}
