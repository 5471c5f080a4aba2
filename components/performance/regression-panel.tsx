"use client";
import { type ReactNode, useMemo } from "react";
import { DistributionChart } from "#components/charts/charts.tsx";
import { LegendItem } from "#components/charts/legend.tsx";
import { prepareDistribution } from "#components/charts/prepare-distribution.ts";
import type { RowsChoice } from "#components/performance/decisions.tsx";
import {
  predictedDistribution,
  residualDistribution,
  residualSides,
} from "#components/performance/regression-bins.ts";
import { integer, percent } from "#components/ui/format.ts";
import type { RegressionCurves } from "#server/api/contract.ts";

const HEIGHT = 220;

export function RegressionPanel({
  curves,
  rows,
  choice,
}: {
  curves: RegressionCurves;
  rows: RowsChoice;
  choice: ReactNode;
}) {
  const residuals = useMemo(() => prepareDistribution(residualDistribution(curves)), [curves]);
  const predicted = useMemo(() => prepareDistribution(predictedDistribution(curves)), [curves]);
  const sides = residualSides(curves);
  return (
    <>
      <DistributionChart
        className="c7"
        title="Errors: prediction less label"
        sub={`${percent(sides.low, 0)} too low, ${percent(sides.high, 0)} too high, n ${integer(curves.labelled)}`}
        end={choice}
        height={HEIGHT}
        model={residuals}
      />
      <DistributionChart
        className="c5"
        title="Predictions"
        sub={`${rows.words}${predicted.hasReference ? ", against the reference" : ""}`}
        height={HEIGHT}
        legend={
          predicted.hasReference ? (
            <ul className="legend">
              <LegendItem mark="bar" colour="var(--s1)">
                now
              </LegendItem>
              <LegendItem mark="outline" colour="var(--reference)">
                reference
              </LegendItem>
            </ul>
          ) : undefined
        }
        model={predicted}
      />
    </>
  );
}
