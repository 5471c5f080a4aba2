"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { IntervalDot, RatioBar, SparkBars, StateStrip } from "#components/charts/light-charts.tsx";
import type { FleetLine } from "#components/fleet/prepare-fleet.ts";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { integer, NOTHING } from "#components/ui/format.ts";
import { HealthStateMark } from "#components/ui/state.tsx";
import { DAY_MS, durationText } from "#components/ui/time.ts";

const FLEET_KEYS = ["tz"] as const;

/** One line a model. Its order stands still while someone points at it or is inside it. */
export function FleetTable({ lines }: { lines: readonly FleetLine[] }) {
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const ordered = held === null ? lines : inOrder(lines, held);
  const moved = held !== null && ordered.some((line, index) => line.row.model !== lines[index]?.row.model);
  const hold = () => setHeld((before) => before ?? lines.map((line) => line.row.model));
  useRowKeys(body);
  return (
    <section
      className="panel fleet"
      aria-label="Models"
      onMouseEnter={hold}
      onMouseLeave={() => setHeld(null)}
      onFocus={hold}
      onBlur={() => setHeld(null)}
    >
      {moved ? (
        <button type="button" className="btn btn-small order-changed" onClick={() => setHeld(null)}>
          Order changed · Re-sort
        </button>
      ) : null}
      <div className="tw">
        <table>
          <caption className="sr">Models, most urgent first</caption>
          <colgroup>
            <col className="w-state" />
            <col className="w-model" />
            <col className="opt w-version" />
            <col className="w-strip" />
            <col />
            <col className="w-drift" />
            <col className="opt w-rows" />
            <col className="w-newest" />
            <col className="w-open" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Model</th>
              <th scope="col" className="opt">
                Version
              </th>
              <th scope="col">{stripTitle(lines[0])}</th>
              <th scope="col">Performance, 95 % interval</th>
              <th scope="col">Worst drift ÷ limit</th>
              <th scope="col" className="opt">
                Rows/h
              </th>
              <th scope="col" className="num">
                Newest
              </th>
              <th scope="col" className="num">
                Open
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {ordered.map((line) => (
              <Line key={line.row.model} line={line} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function stripTitle(line: FleetLine | undefined): string {
  const cells = line?.row.strip ?? [];
  const first = cells[0];
  const last = cells[cells.length - 1];
  if (!first || !last) return "History";
  const span = Date.parse(last.to) - Date.parse(first.from);
  return span >= DAY_MS ? `Last ${Math.round(span / DAY_MS)} days` : `Last ${durationText(span)}`;
}

function inOrder(lines: readonly FleetLine[], order: readonly string[]): FleetLine[] {
  const place = new Map(order.map((model, index) => [model, index]));
  const at = (line: FleetLine) => place.get(line.row.model) ?? Number.POSITIVE_INFINITY;
  return [...lines].sort((a, b) => at(a) - at(b));
}

/** j and k walk through the models; Enter follows the link that has the focus. */
function useRowKeys(body: { current: HTMLTableSectionElement | null }): void {
  const step = (by: number) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>("th a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  useHotkeys({ j: () => step(1), k: () => step(-1) });
}

function Line({ line }: { line: FleetLine }) {
  const { row, performance } = line;
  const keep = useCarry(FLEET_KEYS);
  const router = useRouter();
  const href = keep(modelPath(row.model));
  return (
    <tr
      className="go"
      data-state={row.state}
      onClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("a")) router.push(href);
      }}
    >
      <td className="st">
        <HealthStateMark state={row.state} />
        <span className="second after-shape">{line.since}</span>
      </td>
      <th scope="row">
        <Link href={href}>{row.model}</Link>
        <span className="second">{row.name === row.model ? row.task : `${row.name} · ${row.task}`}</span>
      </th>
      <td className="opt v">{row.liveVersion ?? <span className="subtle">{NOTHING}</span>}</td>
      <td className="wide">
        <span className="lbl">{stripTitle(line)}</span>
        <StateStrip cells={row.strip} />
      </td>
      <td className="wide perf">
        <span className="lbl">Performance, 95 % interval</span>
        <span className="split">
          <span className={performance.sure ? undefined : "subtle"}>
            {performance.metric} {performance.sure ? <b>{performance.value}</b> : performance.value}
            <span className="second">{performance.detail}</span>
          </span>
          {performance.dot && performance.dot.limit !== null ? <IntervalDot {...performance.dot} /> : null}
        </span>
      </td>
      <td className="wide">
        <span className="lbl">Worst drift ÷ limit</span>
        <DriftCell line={line} />
      </td>
      <td className="opt rows">
        <span className="lbl">Rows an hour</span>
        <span className="pair">
          <span className="num">{line.perHour}</span>
          <SparkBars values={row.volume.points.map((point) => point.n)} width={56} height={20} />
        </span>
      </td>
      <td className="num">
        <span className="lbl">Newest row</span>
        {row.state === "no-data" ? <b>{line.newest}</b> : line.newest}
      </td>
      <td className="num">
        <span className="lbl">Open alerts</span>
        {line.open > 0 ? (
          <Link href={`/alerts?model=${encodeURIComponent(row.model)}`}>
            <b>{integer(line.open)}</b>
            <span className="sr"> open alerts of {row.model}</span>
          </Link>
        ) : (
          <span className="subtle">{NOTHING}</span>
        )}
      </td>
    </tr>
  );
}

function DriftCell({ line }: { line: FleetLine }) {
  const { drift } = line;
  if (drift === null)
    return (
      <>
        <span className="subtle">{NOTHING}</span>
        <span className="second">{line.driftNote}</span>
      </>
    );
  return (
    <>
      <span className="pair">
        <span className="cut">{drift.feature}</span>
        <RatioBar ratio={drift.ratio} over={drift.over} />
      </span>
      <span className="second">
        {drift.over ? <b className="state-ticket">{drift.ratioText}</b> : drift.ratioText} · {drift.detail}
      </span>
    </>
  );
}
