"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { DistributionPicture } from "#components/charts/charts.tsx";
import { prepareDistribution } from "#components/charts/prepare-distribution.ts";
import { useBoxWidth } from "#components/charts/use-box-width.ts";
import { BinTable } from "#components/drift/bin-table.tsx";
import { limitSentence, movementWords, sinceSentence, verdictWord } from "#components/drift/feature-words.ts";
import type { DriftRow } from "#components/drift/prepare-drift.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Loaded } from "#components/ui/block.tsx";
import { IconButton } from "#components/ui/button.tsx";
import { metricShort } from "#components/ui/metric-words.ts";
import { PanelLink } from "#components/ui/panel.tsx";
import { State, type StateShape } from "#components/ui/state.tsx";
import type { Distribution } from "#server/api/contract.ts";

const SHAPES: Record<DriftRow["verdict"], StateShape> = {
  over: "ticket",
  "may-be": "low",
  within: "ok",
  low: "low",
  none: "nodata",
};

export interface FeatureCardProps {
  row: DriftRow;
  metric: string;
  scope: Scope;
  href: string;
  onStep: (by: 1 | -1) => void;
}

/** The selected feature, beside the list: what moved, picture, shares. */
export function FeatureCard({ row, metric, scope, href, onStep }: FeatureCardProps) {
  const from = row.now?.from ?? scope.asked.from;
  const to = row.now?.to ?? scope.asked.to;
  const query = useAsk("drift.distribution", {
    ...scope.asked,
    version: row.now?.version ?? scope.version,
    from,
    to,
    feature: row.feature,
  });
  return (
    <section className="panel one" aria-labelledby="one-h">
      <header>
        <h2 id="one-h" className="mono">
          {row.label}
        </h2>
        <State shape={row.silenced ? "silenced" : SHAPES[row.verdict]} word={verdictWord(row)} />
        <span className="end">
          <IconButton icon="left" label="Previous feature" onClick={() => onStep(-1)} />
          <IconButton icon="right" label="Next feature" onClick={() => onStep(1)} />
          <PanelLink href={href}>Open</PanelLink>
        </span>
      </header>
      <Loaded query={query} what={`the distribution of ${row.label}`} height={420}>
        {(distribution) => (
          <CardBody distribution={distribution} row={row} metric={metric} zone={scope.zone} />
        )}
      </Loaded>
    </section>
  );
}

interface CardBodyProps {
  distribution: Distribution;
  row: DriftRow;
  metric: string;
  zone: string;
}
function CardBody({ distribution, row, metric, zone }: CardBodyProps) {
  const [box, width] = useBoxWidth();
  const model = useMemo(() => prepareDistribution(distribution), [distribution]);
  return (
    <>
      <p className="say" aria-live="polite">
        <b>{limitSentence(row.label, metric, row.now, row.limit)}</b>{" "}
        <span>
          {movementWords(distribution, model)} {sinceSentence(row, zone)}
        </span>
      </p>
      {model.kind === "number" ? (
        <div className="body">
          <div className="chart" ref={box} role="img" aria-label={model.summary}>
            {width > 0 ? <DistributionPicture model={model} width={width} /> : null}
          </div>
        </div>
      ) : null}
      <BinTable model={model} partOf={metricShort(metric)} />
      {model.hasReference ? null : <p className="bins-note">No reference to compare with.</p>}
    </>
  );
}
