"use client";
import Link from "next/link";
import { type ReactNode, useMemo } from "react";
import { confusionModel, OTHER, worstMixUp } from "#components/performance/confusion.ts";
import type { RowsChoice } from "#components/performance/decisions.tsx";
import { quote } from "#components/predictions/query-tokens.ts";
import { modelPath } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { DotInterval } from "#components/ui/dot-interval.tsx";
import { integer, NOTHING, percent, range } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import type { MulticlassCurves, RatePoint } from "#server/api/contract.ts";

export interface MulticlassPanelProps {
  curves: MulticlassCurves;
  rows: RowsChoice;
  choice: ReactNode;
  scope: Scope;
}

export function MulticlassPanel({ curves, rows, choice, scope }: MulticlassPanelProps) {
  return (
    <>
      <Confusion curves={curves} rows={rows} choice={choice} scope={scope} />
      <PerClass curves={curves} />
    </>
  );
}

function Confusion({ curves, rows, choice, scope }: MulticlassPanelProps) {
  const model = useMemo(() => confusionModel(curves), [curves]);
  const worst = worstMixUp(model);
  const href = (actual: string, predicted: string) => {
    const params = new URLSearchParams({ t: `${rows.from}..${rows.to}` });
    params.set("q", `label:${quote(actual)} decision:${quote(predicted)}`);
    if (scope.version !== undefined) params.set("v", scope.version);
    if (scope.segment !== undefined) params.set("seg", scope.segment);
    return `${modelPath(scope.model, "predictions")}?${params}`;
  };
  const foot = [
    worst
      ? `Most mixed up: ${worst.actual} called ${worst.cell.predicted}, ${integer(worst.cell.count)} rows.`
      : "No class was taken for another.",
    model.folded > 0
      ? `${integer(model.folded)} classes with the fewest labels are summed as “${OTHER}”.`
      : "",
  ];
  return (
    <Panel
      className="c8"
      title="Confusion matrix"
      sub={`true class by row, called class by column; share of the row, n ${integer(curves.labelled)}`}
      end={choice}
      foot={foot.filter(Boolean).join(" ")}
    >
      <ScrollRegion label="Table of classes">
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">was ↓ called →</th>
              {model.classes.map((name) => (
                <th key={name} scope="col" className="num">
                  {name}
                </th>
              ))}
              <th scope="col" className="num">
                labels
              </th>
            </tr>
          </thead>
          <tbody>
            {model.rows.map((row) => (
              <tr key={row.actual}>
                <th scope="row">{row.actual}</th>
                {row.cells.map((cell) => (
                  <td
                    key={cell.predicted}
                    className="num"
                    data-right={cell.right || undefined}
                    style={{ "--share": cell.share.value ?? 0 }}
                  >
                    {cell.count === 0 || row.actual === OTHER || cell.predicted === OTHER ? (
                      <CellText count={cell.count} share={cell.share.value} />
                    ) : (
                      <Link href={href(row.actual, cell.predicted)}>
                        <CellText count={cell.count} share={cell.share.value} />
                      </Link>
                    )}
                  </td>
                ))}
                <td className="num muted">{integer(row.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function CellText({ count, share }: { count: number; share: number | null }) {
  return (
    <>
      <b>{share === null ? NOTHING : percent(share, 0)}</b> <span className="second">{integer(count)}</span>
    </>
  );
}

function PerClass({ curves }: { curves: MulticlassCurves }) {
  return (
    <Panel className="c4" title="By class" sub="95 % interval">
      <ScrollRegion label="Precision and recall by class">
        <table className="perclass">
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Recall</th>
              <th scope="col">Precision</th>
            </tr>
          </thead>
          <tbody>
            {curves.perClass.map((one) => (
              <tr key={one.class}>
                <th scope="row">{one.class}</th>
                <RateCell rate={one.recall} />
                <RateCell rate={one.precision} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function RateCell({ rate }: { rate: RatePoint | null }) {
  if (rate === null) return <td className="subtle">{NOTHING}</td>;
  return (
    <td>
      <DotInterval value={rate.value} lo={rate.lo} hi={rate.hi} domain={[0, 1]} width={72} />
      <span className="second">
        {percent(rate.value)} ({range(rate.lo, rate.hi, (value) => percent(value, 1))})
      </span>
    </td>
  );
}
