"use client";
import Link from "next/link";
import { useMemo, useState } from "react";
import { HeatAxis } from "#components/charts/heat-axis.tsx";
import { CheckLegend, CheckStrip } from "#components/quality/check-strip.tsx";
import { type CheckLine, prepareChecks } from "#components/quality/prepare-checks.ts";
import { Empty } from "#components/ui/block.tsx";
import { integer, NOTHING, percent, plural } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { QualityAnswer } from "#server/api/contracts/quality.ts";

const SHOWN_FIRST = 15;

export interface CheckGridProps {
  answer: QualityAnswer;
  zone: string;
  hrefOf: (feature: string) => string;
  busy: boolean;
}

/** Feature × check through time: what was beyond its limit, and when. */
export function CheckGrid({ answer, zone, hrefOf, busy }: CheckGridProps) {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => prepareChecks(answer, zone), [answer, zone]);
  const shown = all ? lines : lines.slice(0, SHOWN_FIRST);
  const fromMs = Date.parse(answer.volume[0]?.from ?? "");
  const toMs = Date.parse(answer.volume.at(-1)?.to ?? "");
  return (
    <Panel
      className="c12"
      title="Checks"
      sub={
        answer.refId === null
          ? "by window; without a reference nothing has a limit, so make one on the Drift page"
          : `by window, against the reference of ${answer.version ?? "the live version"}`
      }
      busy={busy}
      foot={`${plural(answer.clean, "check")} had nothing bad in the whole range. A limit is what the reference still allows (99 % of its own uncertainty) plus 0.1 points, 1 point for features that often lack values.`}
    >
      {lines.length === 0 ? (
        <Empty icon="ok" title={`All ${plural(answer.clean, "check")} had nothing bad in this range.`} />
      ) : (
        <>
          <div className="legend-row">
            <CheckLegend />
          </div>
          <ScrollRegion label="Checks through time">
            <table className="dense check-table">
              <caption className="sr">Checks by window: how often each was beyond its limit</caption>
              <colgroup>
                <col className="w-check" />
                <col className="w-beyond" />
                <col className="w-limit" />
                <col />
              </colgroup>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Beyond</th>
                  <th scope="col">Limit</th>
                  <th scope="col">
                    <HeatAxis fromMs={fromMs} toMs={toMs} zone={zone} widthPx={520} />
                    <span className="sr">Through time</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((line) => (
                  <Line key={line.key} line={line} href={hrefOf(line.feature)} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {lines.length > shown.length ? (
            <button type="button" className="more" onClick={() => setAll(true)}>
              {plural(lines.length - shown.length, "more check")} with few bad rows · Show
            </button>
          ) : null}
        </>
      )}
    </Panel>
  );
}

function Line({ line, href }: { line: CheckLine; href: string }) {
  const [at, setAt] = useState<number | null>(null);
  return (
    <tr>
      <th scope="row">
        <Link href={href} title={line.label}>
          {line.label}
        </Link>
      </th>
      <td className="num">
        {line.judged === 0 ? NOTHING : `${integer(line.beyond)} of ${integer(line.judged)}`}
      </td>
      <td className="num muted">{line.limit === null ? "none yet" : percent(line.limit)}</td>
      <td
        className="heatcell"
        title={at === null ? undefined : line.words(at)}
        onPointerMove={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          const share = (event.clientX - left) / Math.max(1, width);
          setAt(Math.min(line.states.length - 1, Math.max(0, Math.floor(share * line.states.length))));
        }}
      >
        <CheckStrip states={line.states} label={line.summary} />
      </td>
    </tr>
  );
}
