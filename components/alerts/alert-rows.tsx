"use client";
import Link from "next/link";
import { predictionsHref, rowsQuery } from "#components/alerts/alert-links.ts";
import { useAsk } from "#components/api/use-api.ts";
import { exportHref } from "#components/predictions/export-link.ts";
import { chosenColumns } from "#components/predictions/prediction-columns.tsx";
import { PredictionTable } from "#components/predictions/prediction-table.tsx";
import { modelPath } from "#components/shell/carry.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { plural } from "#components/ui/format.ts";
import { Panel } from "#components/ui/panel.tsx";
import type { AlertDetail } from "#server/api/contract.ts";
import "#components/predictions/predictions.css";

const SHOWN = 8;

/** The first of the rows behind the alert, and the way to all of them. */
export function AlertRows({ alert }: { alert: AlertDetail }) {
  const { rows } = alert;
  const search = {
    model: rows.model,
    from: rows.from,
    to: rows.to,
    ...(rows.version === null ? {} : { version: rows.version }),
    ...(rows.segment.length > 0 ? { segment: rows.segment } : {}),
    ...(rows.where === "" ? {} : { where: rows.where }),
  };
  const model = useAsk("models.get", { model: rows.model });
  const found = useAsk("predictions.search", { ...search, limit: SHOWN });
  const query = rowsQuery(rows);
  return (
    <Panel
      className="c12"
      title="The rows behind it"
      sub={query === "" ? "all predictions of the alert, newest first" : `${query}, newest first`}
      end={
        <>
          <a className="more" href={exportHref(search, "csv")} download>
            Export CSV
          </a>
          <Link className="more" href={predictionsHref(rows)}>
            Open all
          </Link>
        </>
      }
    >
      <Loaded query={found} what="the rows" height={280}>
        {(answer) =>
          answer.rows.length === 0 ? (
            <Empty icon="nodata" title="No rows are kept for this time.">
              <p>
                Raw predictions are deleted after a while; the windows that fired the alert are kept longer.
              </p>
            </Empty>
          ) : model.data ? (
            <PredictionTable
              label={`The first ${plural(answer.rows.length, "row")} behind the alert`}
              rows={answer.rows}
              columns={chosenColumns(model.data, null)}
              linkOf={(row) => ({ href: modelPath(row.model, "predictions", row.prediction_id) })}
            />
          ) : null
        }
      </Loaded>
    </Panel>
  );
}
