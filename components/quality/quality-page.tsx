"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { BarsChart } from "#components/charts/charts.tsx";
import { prepareBars } from "#components/charts/prepare-bars.ts";
import { ArrivalPanel } from "#components/quality/arrival-panel.tsx";
import { CheckGrid } from "#components/quality/check-grid.tsx";
import { LatencyPanel } from "#components/quality/latency-panel.tsx";
import { qualitySentence, seasonWords } from "#components/quality/quality-words.ts";
import { SchemaTable } from "#components/quality/schema-table.tsx";
import { ViolationsTable } from "#components/quality/violations-table.tsx";
import { modelPath, useCarry } from "#components/shell/carry.ts";
import { ScopeNotice, TimeBar } from "#components/shell/time-bar.tsx";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import { type Scope, useScope } from "#components/shell/use-scope.ts";
import { Loaded } from "#components/ui/block.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Answer } from "#components/ui/panel.tsx";
import type { QualityAnswer } from "#server/api/contracts/quality.ts";
import "#components/quality/quality.css";

/** Is the data arriving, complete and in shape: pipeline faults, told apart from the model's. */
export function QualityPage() {
  const scope = useScope();
  const query = useAsk("quality.get", { ...scope.asked, window: scope.window, zone: scope.zone });
  return (
    <>
      <TimeBar />
      <div className="wrap">
        <ScopeNotice answered={query.isPlaceholderData ? undefined : query.data?.window} />
        <Loaded query={query} what={`data quality of ${scope.model}`} height="page">
          {(answer) => <Quality scope={scope} answer={answer} busy={query.isPlaceholderData} />}
        </Loaded>
      </div>
    </>
  );
}

function Quality({ scope, answer, busy }: { scope: Scope; answer: QualityAnswer; busy: boolean }) {
  const keep = useCarry();
  const { zone, nowMs } = scope;
  const hrefOf = (feature: string) => keep(modelPath(scope.model, "features", feature));
  const { icon, say, more } = qualitySentence(answer, { zone, nowMs });
  return (
    <>
      <Answer heading={`Data quality of ${scope.model}`} icon={<Icon name={icon} />} say={say} more={more} />
      <div className="grid">
        <Volume scope={scope} answer={answer} busy={busy} />
        <ArrivalPanel arrival={answer.arrival} zone={zone} nowMs={nowMs} />
        {answer.volume.length === 0 ? null : (
          <>
            <ViolationsTable {...{ answer, zone, nowMs, hrefOf, busy }} />
            <CheckGrid {...{ answer, zone, hrefOf, busy }} />
            <LatencyPanel answer={answer} scope={scope} />
            <SchemaTable {...{ answer, zone, nowMs, hrefOf }} />
          </>
        )}
      </div>
    </>
  );
}

function Volume({ scope, answer, busy }: { scope: Scope; answer: QualityAnswer; busy: boolean }) {
  const { model: subject, fromMs, toMs, zone } = scope;
  const model = useMemo(
    () =>
      prepareBars({
        subject,
        noun: "rows",
        partWord: "",
        fromMs,
        toMs,
        zone,
        bars: answer.volume.map(({ from, to, rows, expected, state, open }) => ({
          fromMs: Date.parse(from),
          toMs: Date.parse(to),
          total: rows,
          part: null,
          open,
          expected,
          verdict: state === "low" || state === "high" ? state : null,
        })),
      }),
    [answer.volume, subject, fromMs, toMs, zone],
  );
  return (
    <BarsChart
      className="c8"
      title={`Volume ${BY_WINDOW[scope.window]}`}
      sub={seasonWords(answer.season)}
      model={model}
      height={240}
      busy={busy}
      below={
        <p className="foot">
          Marked: more than 5 robust standard deviations from the season, or 3.5 three times in a row. Each
          window is compared with those before it.
        </p>
      }
    />
  );
}
