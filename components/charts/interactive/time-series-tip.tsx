import { type PlotRow, type TimeSeriesModel, tipTitle } from "#components/charts/prepare-time-series.ts";
import { integer } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";

interface TimeSeriesTipProps {
  model: TimeSeriesModel;
  row: PlotRow | null;
  hint?: string;
}
/** Window, value with interval, n, limit, reference: in that order. */
export function TimeSeriesTip({ model, row, hint }: TimeSeriesTipProps) {
  if (row === null) return null;
  const shown = model.series.filter((series) => row.points[series.key]);
  const words = shown.map((series) => row.points[series.key]?.words).find(Boolean);
  const version = shown.map((series) => row.points[series.key]?.version).find(Boolean);
  return (
    <div className="tip">
      <b>{tipTitle(row, model.zone)}</b>
      {version ? ` · ${version}` : ""}
      {words ? <p className="subtle">{words}</p> : null}
      <dl>
        {shown.map((series) => (
          <TipValue key={series.key} model={model} row={row} series={series} several={shown.length > 1} />
        ))}
        {shown.length === 0 ? (
          <>
            <dt>{metricShort(model.metric)}</dt>
            <dd>no rows</dd>
          </>
        ) : null}
        {model.limits.map((limit) => (
          <Pair
            key={`${limit.op}${limit.value}`}
            term={limit.severity === "page" ? "limit, page" : "limit"}
            value={metricLimit(model.metric, limit.value)}
          />
        ))}
        {model.references
          .filter((reference) => reference.fromMs <= row.t && row.t < reference.toMs)
          .map((reference) => (
            <Pair
              key={reference.label}
              term={reference.label}
              value={metricValue(model.metric, reference.value)}
            />
          ))}
      </dl>
      {hint ? <p className="hint">{hint}</p> : null}
    </div>
  );
}

interface TipValueProps {
  model: TimeSeriesModel;
  row: PlotRow;
  series: TimeSeriesModel["series"][number];
  several: boolean;
}
function TipValue({ model, row, series, several }: TipValueProps) {
  const point = row.points[series.key];
  if (!point) return null;
  const interval =
    point.lo !== null && point.hi !== null
      ? metricInterval(model.metric, { lo: point.lo, hi: point.hi, level: 0.95, method: "" })
      : "";
  return (
    <>
      <dt>{several ? series.label : metricShort(model.metric)}</dt>
      <dd>
        <b>{metricValue(model.metric, point.value)}</b> {interval}
      </dd>
      <Pair term="rows" value={integer(point.n)} />
    </>
  );
}

function Pair({ term, value }: { term: string; value: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </>
  );
}
