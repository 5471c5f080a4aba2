import { SharePair } from "#components/charts/light-charts.tsx";
import type { DistributionModel, DistributionRow } from "#components/charts/prepare-distribution.ts";
import { change, integer, NOTHING, percent } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import "#components/drift/drift.css";

/** Every bin or value with its share then and now: the readable twin of the picture. */
export function BinTable({ model, partOf }: { model: DistributionModel; partOf: string }) {
  const isNumber = model.kind === "number";
  const width = isNumber ? 76 : 60;
  return (
    <table className="dense bins">
      <caption className="sr">Shares of rows by {isNumber ? "bin" : "value"}</caption>
      <thead>
        <tr>
          <th scope="col">{isNumber ? "Bin" : "Value"}</th>
          <th scope="col">
            <span className="key">
              <svg width="10" height="8" aria-hidden="true">
                <rect width="10" height="8" fill="var(--s1)" opacity=".45" />
              </svg>
              now
              {model.hasReference ? (
                <>
                  <svg width="6" height="10" aria-hidden="true">
                    <path d="M3 0v10" stroke="var(--reference)" strokeWidth="1.5" />
                  </svg>
                  ref.
                </>
              ) : null}
            </span>
          </th>
          <th scope="col" className="num">
            Ref.
          </th>
          <th scope="col" className="num">
            Now
          </th>
          <th scope="col" className="num">
            {isNumber ? `of ${partOf}` : "Points"}
          </th>
        </tr>
      </thead>
      <tbody>
        {model.rows.map((row) => (
          <Line
            key={`${row.kind} ${row.label}`}
            row={row}
            largest={model.largest}
            width={width}
            isNumber={isNumber}
          />
        ))}
        {model.missing ? (
          <Line
            row={model.missing}
            largest={Math.max(model.largest, model.missing.current)}
            width={width}
            isNumber={isNumber}
            last
          />
        ) : null}
      </tbody>
    </table>
  );
}

interface LineProps {
  row: DistributionRow;
  largest: number;
  width: number;
  isNumber: boolean;
  last?: boolean;
}
function Line({ row, largest, width, isNumber, last }: LineProps) {
  const special = row.kind !== "value";
  return (
    <tr className={last ? "last" : undefined}>
      <th scope="row" title={row.label}>
        {row.kind === "new" ? <Icon name="fresh" size="xs" label="new" /> : null}{" "}
        <span className={special && row.kind !== "new" ? "muted" : undefined}>{row.label}</span>
      </th>
      <td>
        <SharePair now={row.current} reference={row.reference} largest={largest} width={width} muted={last} />
      </td>
      <td className="num muted">{row.reference === null ? NOTHING : shareText(row.reference)}</td>
      <td className="num" title={`${integer(row.currentCount)} rows`}>
        {shareText(row.current)}
      </td>
      <td className="num">{lastColumn(row, isNumber)}</td>
    </tr>
  );
}

const shareText = (share: number) => (share === 0 ? "0" : percent(share));

function lastColumn(row: DistributionRow, isNumber: boolean): string {
  if (row.kind === "missing")
    return row.reference === null ? "" : change(100 * (row.current - row.reference), 1);
  if (isNumber) return row.part === null ? "" : percent(row.part, 0);
  return row.reference === null ? "" : change(100 * (row.current - row.reference), 1);
}
