"use client";
import { useQueryStates } from "nuqs";
import { useAsk } from "#components/api/use-api.ts";
import { BinaryDecisions } from "#components/performance/binary-decisions.tsx";
import { MulticlassPanel } from "#components/performance/multiclass-panel.tsx";
import { performanceParsers } from "#components/performance/performance-params.ts";
import { RegressionPanel } from "#components/performance/regression-panel.tsx";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { Segmented } from "#components/ui/fields.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { rangeText, windowText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

export interface RowsChoice {
  readonly words: string;
  readonly from: string;
  readonly to: string;
}

/** Curves and decisions of the range, or of the last judged window alone. */
export function Decisions({ scope, last }: { scope: Scope; last: MetricPoint | null }) {
  const [{ rows }, set] = useQueryStates(performanceParsers);
  const range: RowsChoice = {
    words: rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs),
    from: scope.asked.from,
    to: scope.asked.to,
  };
  const window: RowsChoice | null = last && {
    words: windowText(Date.parse(last.from), Date.parse(last.to), scope.zone),
    from: last.from,
    to: last.to,
  };
  const chosen = rows === "last" && window ? window : range;
  const query = useAsk("performance.curves", { ...scope.asked, from: chosen.from, to: chosen.to });
  const choice = window ? (
    <Segmented
      small
      label="Rows"
      value={rows}
      options={[
        { value: "range", label: range.words },
        { value: "last", label: window.words },
      ]}
      onChange={(value) => void set({ rows: value })}
    />
  ) : null;
  return (
    <Loaded query={query} what="the curves" height={480}>
      {(curves) => {
        if (curves.labelled === 0)
          return (
            <Panel className="c12" title="Decisions" end={choice}>
              <Empty icon="wait" title="No labels have come for these rows.">
                <p>Choose an earlier range; the strip above shows where labels are.</p>
              </Empty>
            </Panel>
          );
        switch (curves.kind) {
          case "binary":
            return (
              <BinaryDecisions
                curves={curves}
                scope={scope}
                rows={chosen}
                choice={choice}
                busy={query.isPlaceholderData}
              />
            );
          case "multiclass":
            return <MulticlassPanel curves={curves} rows={chosen} choice={choice} scope={scope} />;
          case "regression":
            return <RegressionPanel curves={curves} rows={chosen} choice={choice} />;
          case "ranking":
            return null;
        }
      }}
    </Loaded>
  );
}
