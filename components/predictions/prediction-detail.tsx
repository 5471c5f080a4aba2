"use client";
import { FeaturePlaces } from "#components/predictions/feature-places.tsx";
import { className } from "#components/predictions/outcome.ts";
import { predictionColumns } from "#components/predictions/prediction-columns.tsx";
import { labelDelay, verdictOf } from "#components/predictions/prediction-verdict.ts";
import type { QueryField } from "#components/predictions/query-fields.ts";
import { ScoreAxis } from "#components/predictions/score-axis.tsx";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { CopyButton } from "#components/ui/code-block.tsx";
import { fixed, quantity } from "#components/ui/format.ts";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { instantText } from "#components/ui/time.ts";
import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";

export interface PredictionDetailProps {
  row: PredictionRow;
  /** Every version's row of the same id. */
  versions: readonly PredictionRow[];
  model: ModelDetail;
  fields: readonly QueryField[];
  onFilter?: (words: readonly string[]) => void;
}

/** One prediction: what was said and what was true, when, by which version, and how usual its features are. */
export function PredictionDetail({ row, versions, model, fields, onFilter }: PredictionDetailProps) {
  const verdict = verdictOf(row, model);
  return (
    <>
      <div className="verdict">
        <p>{verdict.say}</p>
        <p>{verdict.more}</p>
        {model.task === "binary" && typeof row.output.probability === "number" ? (
          <ScoreAxis row={row} score={row.output.probability} model={model} />
        ) : null}
      </div>
      <Facts row={row} model={model} />
      {model.task === "multiclass" && row.output.probabilities ? (
        <Probabilities probabilities={row.output.probabilities} />
      ) : null}
      {versions.length > 1 ? <VersionTable rows={versions} model={model} /> : null}
      <FeaturePlaces row={row} model={model} fields={fields} {...(onFilter ? { onFilter } : {})} />
      <details>
        <summary>Raw JSON</summary>
        <div className="code">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
          <pre tabIndex={0}>{JSON.stringify(row, null, 2)}</pre>
          <CopyButton text={JSON.stringify(row, null, 2)} what="the prediction as JSON" />
        </div>
      </details>
    </>
  );
}

const SOURCE_WORDS: Record<PredictionRow["ts_source"], string> = {
  client: "",
  server: ", time set on arrival",
  clamped: ", time moved back: it lay ahead",
};

function Facts({ row, model }: { row: PredictionRow; model: ModelDetail }) {
  const { zone } = useZone();
  const nowMs = useNow();
  const delay = labelDelay(row);
  const segments = Object.entries(row.segments).filter(([, value]) => value !== null);
  const write = (instant: string) => instantText(Date.parse(instant), zone, nowMs);
  return (
    <dl className="drawer-meta">
      <dt>Predicted</dt>
      <dd>
        {write(row.ts)}, by {row.version}
        {SOURCE_WORDS[row.ts_source]}
      </dd>
      <dt>Received</dt>
      <dd>{write(row.received_at)}</dd>
      <dt>Label</dt>
      <dd>
        {row.label === null
          ? "none yet"
          : `${className(row.label.value, model)}, came ${write(row.label.received_at)}${delay ? `, ${delay} later` : ""}`}
      </dd>
      {segments.length > 0 ? (
        <>
          <dt>Segments</dt>
          <dd>{segments.map(([key, value]) => `${key} ${value}`).join(", ")}</dd>
        </>
      ) : null}
      {row.latency_ms !== null ? (
        <>
          <dt>Latency</dt>
          <dd>{quantity(Math.round(row.latency_ms * 10) / 10)} ms</dd>
        </>
      ) : null}
    </dl>
  );
}

function Probabilities({ probabilities }: { probabilities: Readonly<Record<string, number>> }) {
  const sorted = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  return (
    <section aria-label="Probabilities">
      <h3 className="drawer-sec">Probabilities</h3>
      <table className="feats">
        <tbody>
          {sorted.slice(0, 20).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="num">{fixed(value, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The same id scored by several versions, side by side. */
function VersionTable({ rows, model }: { rows: readonly PredictionRow[]; model: ModelDetail }) {
  const columns = predictionColumns(model).filter((column) =>
    ["score", "decision", "confidence", "prediction", "label", "outcome", "error", "latency"].includes(
      column.id,
    ),
  );
  return (
    <section aria-label="Versions">
      <h3 className="drawer-sec">
        Versions <span>that scored this id</span>
      </h3>
      <ScrollRegion label="Versions that scored this id">
        <table className="rows versions">
          <thead>
            <tr>
              <th scope="col">Version</th>
              {columns.map((column) => (
                <th key={column.id} scope="col">
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.version}>
                <th scope="row">{row.version}</th>
                {columns.map((column) => (
                  <td key={column.id}>{column.cell(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
