import { useMemo } from "react";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { budgetWords, evidenceSentence } from "#components/evidence/evidence-words.ts";
import { prepareEvidence } from "#components/evidence/prepare-evidence.ts";
import { slotEvidence } from "#components/evidence/slot-evidence.ts";
import type { BacktestView, History } from "#components/monitors/backtest-model.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty } from "#components/ui/block.tsx";
import type { ModelDetail, MonitorRule } from "#server/api/contract.ts";

export interface EvidenceBacktestProps {
  model: ModelDetail;
  history: History;
  shown: { view: BacktestView; rule: MonitorRule };
  severity: "page" | "ticket";
  busy: boolean;
}

/** What decides: evidence over the same history, up to each alarm and anew after it. */
export function EvidenceBacktest({ model, history, shown, severity, busy }: EvidenceBacktestProps) {
  const { zone } = useZone();
  const { rule, view } = shown;
  const evidence = useMemo(
    () => slotEvidence({ monitorId: "", name: model.model, state: "" }, rule, history.slots),
    [model.model, rule, history.slots],
  );
  const chart = useMemo(
    () =>
      prepareEvidence({
        evidence,
        alerts: [],
        fires: view.fires.map(({ openedAt, closedAt }) => ({ fromMs: openedAt, toMs: closedAt, severity })),
        fromMs: history.from,
        toMs: history.to,
        zone,
      }),
    [evidence, view.fires, severity, history.from, history.to, zone],
  );
  const newest = evidence.points.at(-1);
  return (
    <TimeSeriesChart
      title="Evidence, which decides"
      sub={`${budgetWords(model.budgetWeeks)}, shared by all of the model’s evidence monitors`}
      height={160}
      model={chart}
      busy={busy}
      whenEmpty={
        <Empty icon="nodata" title="No evidence can be gathered on this history.">
          <p>It needs a reference or a baseline, and rows to count.</p>
        </Empty>
      }
      below={
        newest ? (
          <p className="foot">At the end of this history: {lowerFirst(evidenceSentence(newest, zone))}</p>
        ) : null
      }
    />
  );
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
