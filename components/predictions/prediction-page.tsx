"use client";
import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { PredictionDetail } from "#components/predictions/prediction-detail.tsx";
import { predictionParsers } from "#components/predictions/prediction-params.ts";
import { queryFields } from "#components/predictions/query-fields.ts";
import { modelPath } from "#components/shell/carry.ts";
import { useModelDetail } from "#components/shell/model-frame.tsx";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import "./predictions.css";

/** One prediction on a page of its own: what the drawer shows, with room. */
export function PredictionPage({ id }: { id: string }) {
  const model = useModelDetail();
  const [{ row: version }] = useQueryStates(predictionParsers);
  const fields = useMemo(() => queryFields(model), [model]);
  const query = useAsk("predictions.get", { model: model.model, prediction_id: id }, { keep: false });
  const rows = query.data ?? [];
  const row = rows.find((one) => one.version === version) ?? rows[0];
  return (
    <div className="wrap prediction-page">
      <section className="panel" id="answer" tabIndex={-1} aria-label="Answer">
        <header>
          <h2 className="mono">{id}</h2>
          <span className="end">
            <LinkButton
              small
              href={`${modelPath(model.model, "predictions")}?q=${encodeURIComponent(`id:${id}`)}&t=all`}
            >
              Show in the list
            </LinkButton>
          </span>
        </header>
        {row ? (
          <PredictionDetail row={row} versions={rows} model={model} fields={fields} />
        ) : query.data || (query.isError && query.error.status === 404) ? (
          <Empty
            icon="nodata"
            title="There is no such prediction."
            action={<LinkButton href={modelPath(model.model, "predictions")}>Search predictions</LinkButton>}
          >
            <p>It may be older than the rows that are kept, or belong to another model.</p>
          </Empty>
        ) : query.isError ? (
          <ErrorBlock what="this prediction" problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </section>
    </div>
  );
}
