"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import {
  estimatedSeries,
  estimateSentence,
  movementSentence,
  scorecardSentence,
  struckOutSentence,
} from "#components/performance/estimated-model.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { metricShort } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import type { EstimatesAnswer } from "#server/api/contracts/estimates.ts";

const TITLE = "Estimated against realised";

/** What the metric is expected to be without labels, beside what labels said, and how often that was right. */
export function EstimatedPanel({ scope, metric }: { scope: Scope; metric: string }) {
  const query = useAsk("performance.estimates", { ...scope.asked, metric, window: scope.window });
  return (
    <div className="c12 estimated">
      <Loaded query={query} what="the estimates" height={420}>
        {(answer) =>
          answer.reason === null && answer.points.length > 0 ? (
            <Estimated scope={scope} answer={answer} busy={query.isPlaceholderData} />
          ) : (
            <Panel title={TITLE}>
              <Empty icon="info" title={`${metricShort(metric)} cannot be estimated without labels here.`}>
                <p>{answer.reason?.message ?? "No predictions lie in this range."}</p>
              </Empty>
            </Panel>
          )
        }
      </Loaded>
    </div>
  );
}

function Estimated({ scope, answer, busy }: { scope: Scope; answer: EstimatesAnswer; busy: boolean }) {
  const { fromMs, toMs, zone, model, segment } = scope;
  const chart = useMemo(
    () =>
      prepareTimeSeries({
        metric: answer.metric,
        subject: segment ? `${model}, ${segment.replace(":", " ")}` : model,
        fromMs,
        toMs,
        zone,
        series: estimatedSeries(answer),
      }),
    [answer, model, segment, fromMs, toMs, zone],
  );
  return (
    <TimeSeriesChart
      title={TITLE}
      sub={`${metricShort(answer.metric)}; solid: labels, dashed: from predictions alone`}
      height={220}
      busy={busy}
      model={chart}
      below={<Trust answer={answer} zone={zone} />}
    />
  );
}

/** The newest estimate, whether it is to be believed, and what it assumes. */
function Trust({ answer, zone }: { answer: EstimatesAnswer; zone: string }) {
  const struckOut = struckOutSentence(answer);
  const newest = estimateSentence(answer, zone);
  const movement = movementSentence(answer);
  return (
    <div className="trust">
      {struckOut ? (
        <p className="off">
          <Icon name="ticket" />
          {struckOut}
        </p>
      ) : null}
      {newest ? <p>{struckOut ? <s>{newest}</s> : newest}</p> : null}
      <p>{scorecardSentence(answer)}</p>
      <details>
        <summary>What the estimate assumes</summary>
        <ul>
          {answer.assumptions.map((one) => (
            <li key={one}>{one}</li>
          ))}
          {movement ? <li>{movement}</li> : null}
        </ul>
      </details>
    </div>
  );
}
