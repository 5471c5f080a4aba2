"use client";
import type { RefObject } from "react";
import type { PredictionColumn } from "#components/predictions/prediction-columns.tsx";
import { rowKey } from "#components/predictions/use-prediction-pages.ts";
import { useZone } from "#components/shell/zone.ts";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { clockText, dayText, instantText } from "#components/ui/time.ts";
import type { PredictionRow } from "#server/api/contract.ts";

export interface PredictionTableProps {
  rows: readonly PredictionRow[];
  columns: readonly PredictionColumn[];
  label: string;
  /** Where a row leads. */
  linkOf: (row: PredictionRow) => { href: string; onOpen?: () => void };
  selected?: string | null;
  sort?: { newest: boolean; onChange: () => void };
  bodyRef?: RefObject<HTMLTableSectionElement | null>;
}

export function PredictionTable({
  rows,
  columns,
  label,
  linkOf,
  selected = null,
  sort,
  bodyRef,
}: PredictionTableProps) {
  const { zone } = useZone();
  return (
    <ScrollRegion label={label} className="rowscroll">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col" aria-sort={sort ? (sort.newest ? "descending" : "ascending") : undefined}>
              {sort ? (
                <button type="button" className="sortb" onClick={sort.onChange}>
                  Predicted <span aria-hidden="true">{sort.newest ? "↓" : "↑"}</span>
                  <span className="sr">{sort.newest ? ", newest first" : ", oldest first"}</span>
                </button>
              ) : (
                "Predicted"
              )}
            </th>
            <th scope="col">Id</th>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={column.numeric ? "num" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={bodyRef}>
          {rows.map((row) => {
            const key = rowKey(row);
            const link = linkOf(row);
            const at = Date.parse(row.ts);
            return (
              <tr key={key} className="go" aria-selected={selected === null ? undefined : key === selected}>
                <td title={instantText(at, zone)}>
                  {dayText(at, zone)} {clockText(at, zone)}
                </td>
                <th scope="row">
                  <a
                    className="mono"
                    href={link.href}
                    data-row={key}
                    onClick={(event) => {
                      if (!link.onOpen || event.metaKey || event.ctrlKey || event.shiftKey) return;
                      event.preventDefault();
                      link.onOpen();
                    }}
                  >
                    {row.prediction_id}
                  </a>
                </th>
                {columns.map((column) => (
                  <td
                    key={column.id}
                    className={column.numeric ? "num" : undefined}
                    data-title={column.title}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
